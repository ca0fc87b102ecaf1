import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { ChainHash } from '#shared/sync/chain.ts';
import {
  receivedFromJson,
  receivedRangesJson,
  receivedToJson,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import type { IntakeHead } from '#shared/sync/intake.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { WritableDatabase } from '../database.ts';

/** Where another origin's journal stands here. */
export interface OriginHead extends IntakeHead {
  origin: Origin;
}

const row = z.object({
  origin: z.string(),
  held: z.string(),
  hash: z.instanceof(Uint8Array),
  acknowledged: z.string().nullable(),
  out_of_lane: z.string().nullable(),
});

/** Cursors: what this node holds of others, and what shore said it holds of ours. */
export class Heads {
  readonly #all: Statement;
  readonly #put: Statement;
  readonly #acknowledge: Statement;
  readonly #forget: Statement;
  /** What shore said it holds of whom, as it was last read or written. */
  #known: { own: Origin; received: ReceivedRanges | null } | null = null;

  constructor(connection: WritableDatabase) {
    this.#all = connection.prepare('SELECT * FROM sync_heads ORDER BY origin');
    this.#put = connection.prepare(
      `INSERT INTO sync_heads (origin, held, hash, out_of_lane) VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE
         SET held = excluded.held, hash = excluded.hash, out_of_lane = excluded.out_of_lane`,
    );
    this.#forget = connection.prepare('DELETE FROM sync_heads WHERE origin = ?');
    this.#acknowledge = connection.prepare(
      `INSERT INTO sync_heads (origin, held, hash, acknowledged, acknowledged_hash) VALUES (@origin, '0', @hash, @held, @hash)
       ON CONFLICT (origin) DO UPDATE SET acknowledged = @held, acknowledged_hash = @hash`,
    );
  }

  /** For an origin of which nothing is held any more, or whose acknowledgements mean nothing any more. */
  forget(origin: Origin): void {
    this.#known = null;
    this.#forget.run(origin);
  }

  /** Heads of all origins but `own`. */
  others(own: Origin): OriginHead[] {
    return this.#rows()
      .filter((stored) => stored.origin !== own)
      .map((stored) => ({
        origin: stored.origin,
        received: parseReceived(stored.held),
        hash: Buffer.from(stored.hash).toString('hex'),
        ...(stored.out_of_lane === null ? {} : { outOfLane: parseReceived(stored.out_of_lane) }),
      }));
  }

  put({ origin, received, hash, outOfLane }: OriginHead): void {
    const early = outOfLane === undefined ? null : JSON.stringify(receivedToJson(outOfLane));
    this.#put.run(origin, JSON.stringify(receivedToJson(received)), Buffer.from(hash, 'hex'), early);
  }

  /** What shore last said it holds of `own`; null before its first word. */
  acknowledged(own: Origin): ReceivedRanges | null {
    if (this.#known?.own !== own) {
      const stored = this.#rows().find((each) => each.origin === own)?.acknowledged ?? null;
      this.#known = { own, received: stored === null ? null : parseReceived(stored) };
    }
    return this.#known.received;
  }

  /** Reads again what was acknowledged: after a transaction that may have changed it was rolled back. */
  forgetAcknowledged(): void {
    this.#known = null;
  }

  setAcknowledged(own: Origin, received: ReceivedRanges, hash: ChainHash): void {
    this.#acknowledge.run({
      origin: own,
      held: JSON.stringify(receivedToJson(received)),
      hash: Buffer.from(hash, 'hex'),
    });
    this.#known = { own, received };
  }

  #rows(): z.infer<typeof row>[] {
    return this.#all.all().map((stored) => row.parse(stored));
  }
}

const parseReceived = (text: string): ReceivedRanges =>
  receivedFromJson(receivedRangesJson.parse(JSON.parse(text)));
