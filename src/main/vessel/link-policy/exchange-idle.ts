import type { Lane } from '#shared/records/record.ts';
import type { VesselStore } from '../store/vessel-store.ts';

/** Nothing more comes of what may come: several round trips of a slow link. */
const quietMs = 15_000;
/** Both ends cannot compare all records, as while one waits for a newer program. */
const quietAtLastMs = 60_000;

/** How the exchange with shore stands on a connection. */
export interface Exchange {
  /** Shore has answered the last hello. */
  isAnswered: boolean;
  /** Batches that shore has not confirmed. */
  inFlight: number;
  /** Some lanes have to wait, on both ends. */
  isPartial: boolean;
  /** Records or changes of shore's are still to come. */
  isExpecting: boolean;
  /** Both ends have compared all records. */
  isCompared: boolean;
  /** Since anything last came, ms. */
  quietFor: number;
}

/** Whether everything that may go in these lanes has gone, both ways, so that the link is of no more use now. */
export function isExchangeIdle({ outbox }: VesselStore, lanes: readonly Lane[], exchange: Exchange): boolean {
  if (!exchange.isAnswered || exchange.inFlight > 0) return false;
  if (lanes.some((lane) => outbox.next(lane, 0, 1).length > 0)) return false;
  // What is held back waits ashore too, and the ends do not find that they are equal: silence is all there is to go by.
  if (exchange.isPartial || !outbox.isEmpty()) return exchange.quietFor >= quietMs;
  return !exchange.isExpecting && (exchange.isCompared || exchange.quietFor >= quietAtLastMs);
}
