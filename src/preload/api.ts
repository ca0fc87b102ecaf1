import { type Bridge, bridgeChannels } from '#shared/contract/bridge.ts';
import type { CallResponse, EventMessage } from '#shared/contract/envelope.ts';
import type { InstallationAnswer } from '#shared/contract/installation.ts';
import type { NodeState } from '#shared/contract/node-state.ts';

/** The pipes to the app's main process; all carry JSON text. */
export interface Pipes {
  invoke: (channel: string, text: string) => Promise<unknown>;
  on: (channel: string, listener: (text: unknown) => void) => void;
}

type Listener = (payload: never) => void;

/** Builds what the page sees, over pipes that the page never sees. */
export function createBridge({ invoke, on }: Pipes): Bridge {
  const listeners = new Map<string, Set<Listener>>();
  on(bridgeChannels.event, (text) => {
    // The main process has parsed what it sends; parsing here again would put all of zod before the first paint.
    const { event, payload } = JSON.parse(String(text)) as EventMessage;
    for (const listener of listeners.get(event) ?? []) listener(payload as never);
  });
  return {
    call: async (request) =>
      JSON.parse(String(await invoke(bridgeChannels.call, JSON.stringify(request)))) as CallResponse,
    on(event, listener) {
      // A page may pass one function twice, and must be able to end each of the two by itself.
      const own: Listener = (payload) => listener(payload);
      const heard = listeners.get(event) ?? new Set<Listener>();
      listeners.set(event, heard.add(own));
      return () => {
        heard.delete(own);
      };
    },
    node: {
      state: async () => JSON.parse(String(await invoke(bridgeChannels.nodeState, ''))) as NodeState,
      onState: (listener) =>
        on(bridgeChannels.nodeMoved, (text) => listener(JSON.parse(String(text)) as NodeState)),
      start: async () => void (await invoke(bridgeChannels.startNode, '')),
      goBackTo: async (copy) => void (await invoke(bridgeChannels.goBackTo, copy)),
    },
    installation: async (request) =>
      JSON.parse(
        String(await invoke(bridgeChannels.installation, JSON.stringify(request))),
      ) as InstallationAnswer,
  };
}
