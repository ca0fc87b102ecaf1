import type { CallResult, ContractError, EventMessage } from '#shared/contract/envelope.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Environment } from '#shared/ports.ts';
import type { Call } from './dispatch.ts';
import type { VesselNode } from './vessel-node.ts';

/**
 * A node that can be ended and started anew while whoever holds it goes on: calls that come meanwhile are refused and may be
 * made again, screens stay connected and are told to read all of it anew.
 * @param open opens the node; what it is given ends it and opens the next one
 * @param onFailed the next one could not be opened: nothing of the node runs any more
 */
export function restartableNode(
  open: (restart: () => void) => VesselNode,
  { log }: Pick<Environment, 'log'>,
  onFailed: (cause: unknown) => void,
): VesselNode {
  const listeners = new Set<(event: EventMessage) => void>();
  const tell = (event: EventMessage): void => {
    for (const listener of listeners) listener(event);
  };
  let current: VesselNode | null = null;
  let isClosed = false;
  let change: Promise<void> = Promise.resolve();

  function begin(): void {
    current = open(restart);
    current.subscribe(tell);
  }

  function restart(): void {
    change = change.then(async () => {
      const old = current;
      if (old === null || isClosed) return;
      log.warn({}, 'the node starts anew');
      current = null;
      try {
        await old.close();
        if (isClosed) return;
        begin();
      } catch (cause) {
        onFailed(cause);
        return;
      }
      await tellAll();
    });
  }

  /** As if every record had changed, and everything else that is told. */
  async function tellAll(): Promise<void> {
    for (const { entity } of recordSpecs)
      tell({ event: 'records.changed', payload: { entity, ids: [], cause: 'shore' } });
    for (const [method, event] of standings) {
      const result = await node.call({ method, input: {} });
      if (result.ok) tell({ event, payload: result.output });
    }
  }

  const node: VesselNode = {
    call: (call: Call): Promise<CallResult> =>
      current?.call(call) ?? Promise.resolve({ ok: false, error: startingAnew }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    livesWith: (cause) => current?.livesWith(cause) ?? false,
    resumed: () => current?.resumed(),
    whyIdIsSettled: () => (current === null ? startingAnew.message : current.whyIdIsSettled()),
    async close() {
      isClosed = true;
      await change;
      await current?.close();
    },
  };
  begin();
  return node;
}

const startingAnew: ContractError = {
  code: 'unavailable',
  message:
    'ARUS is starting anew on this computer. Try again in a moment; what you have typed is still here.',
  retryable: true,
};

const standings = [
  ['sync.status', 'sync.changed'],
  ['storage.status', 'storage.changed'],
  ['copies.list', 'copies.changed'],
] as const;
