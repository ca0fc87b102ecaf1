import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { budgeted, type Budgeted } from '#shared/link-policy/policy.ts';
import { counted, type Counted } from '#shared/link-policy/traffic.ts';
import type { WritableDatabase } from './database.ts';

/** Bytes of a day on board that carried one kind of thing over one profile. */
export interface CountedBytes {
  /** `YYYY-MM-DD`, ship's time. */
  day: string;
  profile: string;
  counted: Counted;
  sent: number;
  received: number;
}

/** How long the link stood on a day, and how often it was begun. */
export interface CountedTime {
  day: string;
  profile: string;
  connectedMs: number;
  connections: number;
}

/** A budget that was let go on to the end of its month. */
export interface Lift {
  /** `YYYY-MM`, ship's time. */
  month: string;
  profile: string;
  budget: Budgeted;
  /** ms */
  at: number;
  by: string;
  reason: string;
}

const bytesRow = z.object({
  day: z.string(),
  profile: z.string(),
  counted: z.enum(counted),
  sent: z.number(),
  received: z.number(),
});
const timeRow = z
  .object({ day: z.string(), profile: z.string(), connected_ms: z.number(), connections: z.number() })
  .transform(({ connected_ms: connectedMs, ...rest }): CountedTime => ({ ...rest, connectedMs }));
const liftRow = z.object({
  month: z.string(),
  profile: z.string(),
  budget: z.enum(budgeted),
  at: z.number(),
  by: z.string(),
  reason: z.string(),
});

/** What this computer counted on its link, and the stops that were lifted. Not synced. */
export class LinkCounts {
  readonly #connection: WritableDatabase;
  readonly #addBytes: Statement;
  readonly #addTime: Statement;
  readonly #bytes: Statement;
  readonly #time: Statement;
  readonly #lift: Statement;
  readonly #lifts: Statement;
  readonly #months: Statement;

  constructor(connection: WritableDatabase) {
    this.#connection = connection;
    this.#addBytes = connection.prepare(
      `INSERT INTO link_usage (day, profile, counted, sent, received) VALUES (@day, @profile, @counted, @sent, @received)
       ON CONFLICT DO UPDATE SET sent = sent + excluded.sent, received = received + excluded.received`,
    );
    this.#addTime = connection.prepare(
      `INSERT INTO link_time (day, profile, connected_ms, connections) VALUES (@day, @profile, @connectedMs, @connections)
       ON CONFLICT DO UPDATE SET connected_ms = connected_ms + excluded.connected_ms,
         connections = connections + excluded.connections`,
    );
    // `~` comes after every digit, so that the key's order finds a month.
    const inMonth = `day >= @month || '-' AND day < @month || '-~' ORDER BY day`;
    this.#bytes = connection.prepare(`SELECT * FROM link_usage WHERE ${inMonth}`);
    this.#time = connection.prepare(`SELECT * FROM link_time WHERE ${inMonth}`);
    this.#lift = connection.prepare(
      `INSERT INTO link_lifts (month, profile, budget, at, by, reason)
       VALUES (@month, @profile, @budget, @at, @by, @reason) ON CONFLICT DO NOTHING`,
    );
    this.#lifts = connection.prepare('SELECT * FROM link_lifts WHERE month = ? ORDER BY at');
    this.#months = connection
      .prepare('SELECT DISTINCT substr(day, 1, 7) FROM link_usage ORDER BY 1 DESC LIMIT 24')
      .pluck();
  }

  /** Adds to what is counted, all or nothing. */
  add(bytes: readonly CountedBytes[], time: readonly CountedTime[]): void {
    this.#connection.transaction(() => {
      for (const each of bytes) this.#addBytes.run(each);
      for (const each of time) this.#addTime.run(each);
    })();
  }

  /** @param month `YYYY-MM` */
  bytesIn(month: string): CountedBytes[] {
    return this.#bytes.all({ month }).map((row) => bytesRow.parse(row));
  }

  timeIn(month: string): CountedTime[] {
    return this.#time.all({ month }).map((row) => timeRow.parse(row));
  }

  /** Months of which anything is counted, the last first. */
  months(): string[] {
    return this.#months.all().map((month) => z.string().parse(month));
  }

  /** Once for a month: what is lifted stays so, by whoever did it first. */
  lift(lift: Lift): void {
    this.#lift.run(lift);
  }

  liftsIn(month: string): Lift[] {
    return this.#lifts.all(month).map((row) => liftRow.parse(row));
  }
}
