import type { JsonLimits } from '../bounded-json.ts';
import type { CallRequest, CallResponse } from './envelope.ts';
import type { EventName, EventPayload } from './events.ts';
import type { InstallationAnswer, InstallationRequest } from './installation.ts';
import type { NodeState } from './node-state.ts';

/**
 * What the desktop app's preload puts on the page as `window.arus`, and all that it puts there.
 * The page's transport uses it where it is, and a WebSocket where it is not.
 */
export interface Bridge {
  /** Answers every call that could be carried; rejects only when the shell refused the page itself. */
  call(request: CallRequest): Promise<CallResponse>;
  /** Returns what ends the subscription. Listeners hear committed events in order. */
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** The vessel node itself, which may be starting, gone for a moment, or unable to start. */
  readonly node: {
    state(): Promise<NodeState>;
    /** Hears each new state; for as long as the page is there. */
    onState(listener: (state: NodeState) => void): void;
    /** Starts a node that is down or stopped now, and one anew that does not answer. */
    start(): Promise<void>;
    /** Puts the copy of that name in the database's place, where the node that is stopped offered it, and starts the node. */
    goBackTo(copy: string): Promise<void>;
  };
  /** Asks the app what is set on this computer, and for changes of it. Rejects when the shell refused the page itself. */
  installation(request: InstallationRequest): Promise<InstallationAnswer>;
}

/** Names of the IPC channels. All carry JSON text; calls and events the same that a WebSocket carries. */
export const bridgeChannels = {
  call: 'arus:call',
  event: 'arus:event',
  nodeState: 'arus:node-state',
  nodeMoved: 'arus:node-moved',
  startNode: 'arus:start-node',
  goBackTo: 'arus:go-back-to',
  installation: 'arus:installation',
} as const;

/** Largest call that is read, in UTF-16 code units of its JSON text. */
export const callTextLimit = 1_048_576;
/** And in it: no call of a screen has a list of more than some hundred things, or anything deeper than a few levels. */
export const callJsonLimits: JsonLimits = { depth: 16, items: 20_000 };
