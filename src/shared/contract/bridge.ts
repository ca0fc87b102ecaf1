import type { JsonLimits } from '../bounded-json.ts';
import type { CallRequest, CallResponse } from './envelope.ts';
import type { EventName, EventPayload } from './events.ts';

/**
 * What the desktop app's preload puts on the page as `window.arus`, and all that it puts there.
 * The page's transport uses it where it is, and a WebSocket where it is not.
 */
export interface Bridge {
  /** Answers every call that could be carried; rejects only when the shell refused the page itself. */
  call(request: CallRequest): Promise<CallResponse>;
  /** Returns what ends the subscription. Listeners hear committed events in order. */
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
}

/** Names of the two IPC channels. Both carry JSON text, the same that a WebSocket carries. */
export const bridgeChannels = { call: 'arus:call', event: 'arus:event' } as const;

/** Largest call that is read, in UTF-16 code units of its JSON text. */
export const callTextLimit = 1_048_576;
/** And in it: no call of a screen has a list of more than some hundred things, or anything deeper than a few levels. */
export const callJsonLimits: JsonLimits = { depth: 16, items: 20_000 };
