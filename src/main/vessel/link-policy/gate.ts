import type { Lane } from '#shared/records/record.ts';

/** What the link session asks of the policy, and tells it. */
export interface LinkGate {
  /** Whether the link may stand. */
  readonly mayConnect: boolean;
  mayUse(lane: Lane): boolean;
  /** The lanes that may be used, where some may not; null where all may. */
  readonly only: readonly Lane[] | null;
  /** A message was handed to the link, or came from it. */
  onMessage(way: 'sent' | 'received', topic: string, bytes: number): void;
  onUp(): void;
  onDown(): void;
}

/** What the policy moves: the link session. */
export interface Gated {
  readonly isOnline: boolean;
  /** The gate's answers are others now. */
  onPolicy(): void;
  /** Nothing in these lanes waits here or comes from shore any more, and both ends have compared what they hold. */
  isExchangeIdle(lanes: readonly Lane[]): boolean;
}
