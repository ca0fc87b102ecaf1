import type { LinkFailure } from '#shared/ports.ts';
import { RefusedMessages } from './refused-messages.ts';

/** Counters of a gateway since its process started, for its health. Plain numbers, counted where things happen. */
export interface Counters {
  received: number;
  sent: number;
  bytesReceived: number;
  bytesSent: number;
  /** Messages that could not be taken: malformed, of another vessel, of nobody. */
  refused: number;
  /** The same by kind and sender. */
  refusedBy: RefusedMessages;
  /** Hears how long a batch took from its arrival to its commit, milliseconds. */
  onIngested: (milliseconds: number) => void;
  /** Messages let go unread, of a sender too many of whose messages had been refused. */
  passedOver: number;
  /** Messages let go because too many waited; their senders send them again. */
  lost: number;
  batches: number;
  changes: number;
  duplicates: number;
  gaps: number;
  forks: number;
  retries: number;
  changesSent: number;
  changesAcknowledged: number;
  lastIngestAt: number | null;
  lastError: { message: string; at: number } | null;
  link: {
    connected: boolean;
    since: number | null;
    failure: (LinkFailure & { at: number }) | null;
    /** What people should know of how the link is set up, in words. */
    warning: string | null;
  };
}

export function zeroCounters(): Counters {
  return {
    received: 0,
    sent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    refused: 0,
    refusedBy: new RefusedMessages(),
    onIngested: () => undefined,
    passedOver: 0,
    lost: 0,
    batches: 0,
    changes: 0,
    duplicates: 0,
    gaps: 0,
    forks: 0,
    retries: 0,
    changesSent: 0,
    changesAcknowledged: 0,
    lastIngestAt: null,
    lastError: null,
    link: { connected: false, since: null, failure: null, warning: null },
  };
}
