import type { EventName, EventPayload } from '#shared/contract/events.ts';
import type { ContractError } from '#shared/contract/envelope.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';
import type { NodeState } from '#shared/contract/node-state.ts';

/**
 * How the screen stands with the vessel node: not to be mixed up with the ship's link to shore.
 * - `connecting`: the first attempt is under way
 * - `open`: the node answers
 * - `lost`: the node was there and does not answer; attempts go on
 * - `refused`: the node answers and does not accept this screen
 * - `stopped`: the node cannot start
 */
export interface Connection {
  phase: 'connecting' | 'open' | 'lost' | 'refused' | 'stopped';
  /** When this phase began, milliseconds since 1970. */
  since: number;
  /** When the next attempt starts, milliseconds since 1970; null when none is planned. */
  nextAttemptAt: number | null;
  /** When the node had last said anything as this phase began, milliseconds since 1970; null when it never had. */
  heardAt: number | null;
  /** What the desktop app says of its node; null where it has not said anything yet, and in a browser. */
  node: NodeState | null;
}

/** Carries calls to the vessel node and events from it. */
export interface Transport {
  /** Rejects with `CallError` only. Input and output are those of the contract, the output parsed. */
  call<N extends MethodName>(method: N, input: MethodInput<N>): Promise<MethodOutput<N>>;
  /** Returns what ends the subscription. */
  on<N extends EventName>(event: N, listener: (payload: EventPayload<N>) => void): () => void;
  connection(): Connection;
  /** Returns what ends the subscription. */
  onConnection(listener: (connection: Connection) => void): () => void;
  /** Tries to reach the node at once instead of waiting for the next attempt. */
  retryNow(): void;
  /** Puts the copy that a stopped node offered in its database's place, and starts it; null where nobody here can. */
  goBackTo: ((copy: string) => void) | null;
}

/** A node that is well says something at least this often: whoever hears nothing for longer asks. Milliseconds. */
export const heartbeatMs = 10_000;
/** An answer to that question that takes longer means that the node does not answer. Milliseconds. */
export const heartbeatAnswerMs = 10_000;

/** A call that did not do what was asked, with words for the person at the screen. */
export class CallError extends Error {
  readonly code: ContractError['code'];
  readonly retryable: boolean;
  readonly details: NonNullable<ContractError['details']>;

  constructor(error: ContractError) {
    super(error.message);
    this.name = 'CallError';
    this.code = error.code;
    this.retryable = error.retryable;
    this.details = error.details ?? [];
  }
}

/** Words for whatever was thrown, never empty. */
export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== ''
    ? error.message
    : 'Something failed without saying why.';
}
