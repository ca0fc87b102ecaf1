import type { Bridge } from '#shared/contract/bridge.ts';

/** What the preload put on the page, once it is known to be that and nothing else. */
export function bridgeOf(exposed: Record<string, unknown>): Bridge {
  const { arus } = exposed;
  if (!isBridge(arus)) throw new Error('The preload put no bridge on the page');
  return arus;
}

function isBridge(value: unknown): value is Bridge {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).toSorted().join() === 'call,installation,node,on'
  );
}
