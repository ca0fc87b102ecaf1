import type { CallRequest, CallResult, EventMessage } from '#shared/contract/envelope.ts';

/** What the host needs of the vessel node behind it. */
export interface Vessel {
  /** Checks method, input and output, and never throws. */
  call(request: Omit<CallRequest, 'id'>): Promise<CallResult>;
  /** Returns what ends the subscription. */
  subscribe(listener: (event: EventMessage) => void): () => void;
}
