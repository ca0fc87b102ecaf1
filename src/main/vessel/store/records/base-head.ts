import { onFrom } from '#shared/sync/snapshot/onward.ts';
import { rangesOf } from '#shared/sync/received-ranges.ts';
import type { BaseHead } from './base.ts';
import type { VesselStore } from '../vessel-store.ts';
import { platformHash } from '../journal/platform-hash.ts';

/**
 * A journal of which the records tell up to a number, whatever was held of it before: entries from beyond follow on.
 * Within an `apply` transaction. Nothing where that much is held already, or where they do not follow on.
 */
export function takeBaseHead(store: VesselStore, base: BaseHead): void {
  const { origin } = base;
  if (origin === store.own.origin) return;
  const onward = onwardFrom(store, base);
  if (onward === null) return;
  store.base.putHead(base);
  for (const [number, hash] of onward.hashes) store.journal.seal(origin, number, hash);
  store.moveHead(origin, onward.head);
}

/** Whether what came early of a journal is of another one than that which the records tell of. */
export function isApartFrom(store: VesselStore, base: BaseHead): boolean {
  const isReached = store.headOf(base.origin).received.upTo >= base.number;
  return !isReached && onwardFrom(store, base) === null;
}

function onwardFrom(store: VesselStore, base: BaseHead): ReturnType<typeof onFrom> {
  const { origin } = base;
  const head = store.headOf(origin);
  const entries = rangesOf(head.received).flatMap(([first, last]) =>
    store.journal.range(origin, Math.max(first, base.number) - 1, Math.max(0, last - base.number + 1)),
  );
  return onFrom(base, head, entries, platformHash);
}
