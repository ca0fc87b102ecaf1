import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { RecordSpec } from '#shared/domain/record.ts';
import type { Scalar } from '#shared/json.ts';
import type { Change } from '#shared/sync/change.ts';
import { baseOf, conflictMoves } from '#shared/sync/conflicts.ts';
import type { Alternative, RecordState } from '#shared/sync/merge.ts';
import { sideOf } from '#shared/sync/seen.ts';
import type { Base } from './base.ts';
import type { WritableDatabase } from './database.ts';
import type { Journal } from './journal.ts';

const scalar: z.ZodType<Scalar> = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const conflictHead = z.object({
  value: scalar,
  /** What its writer left in the fields that go with it. */
  also: z.record(z.string(), scalar).optional(),
  by: z.string(),
  device: z.string(),
  /** ms since 1970 */
  at: z.number(),
  side: z.enum(['vessel', 'shore']),
  origin: z.string(),
  number: z.number(),
});
const row = z.object({
  id: z.number(),
  entity: z.string(),
  record_id: z.string(),
  field: z.string(),
  base: z.string().nullable(),
  heads: z.string(),
  opened_at: z.number(),
  settled_at: z.number().nullable(),
});

export interface StoredConflict {
  id: number;
  entity: string;
  recordId: string;
  field: string;
  /** What stood there before all of the values; null where the journal does not know. */
  base: { value: Scalar } | null;
  heads: z.infer<typeof conflictHead>[];
  openedAt: number;
}

/** Fields whose values stand against each other. Both are kept until a later change has seen both. */
export class Conflicts {
  readonly #open: Statement;
  readonly #put: Statement;
  readonly #settle: Statement;
  readonly #page: Statement;
  readonly #count: Statement;
  readonly #journal: Journal;
  readonly #base: Base;
  /** Whether any conflict is open; null when that has to be asked. Saves the look-up at every write. */
  #any: boolean | null = null;

  constructor(connection: WritableDatabase, { journal, base }: { journal: Journal; base: Base }) {
    this.#journal = journal;
    this.#base = base;
    this.#open = connection.prepare(
      'SELECT * FROM sync_conflicts WHERE record_id = ? AND settled_at IS NULL',
    );
    this.#put = connection.prepare(
      `INSERT INTO sync_conflicts (entity, record_id, field, base, heads, opened_at)
       VALUES (@entity, @recordId, @field, @base, @heads, @now)
       ON CONFLICT (record_id, field) WHERE settled_at IS NULL DO UPDATE SET heads = excluded.heads, base = excluded.base`,
    );
    this.#settle = connection.prepare(
      'UPDATE sync_conflicts SET settled_at = ? WHERE record_id = ? AND field = ? AND settled_at IS NULL',
    );
    this.#page = connection.prepare(
      'SELECT * FROM sync_conflicts WHERE settled_at IS NULL ORDER BY opened_at DESC, id DESC LIMIT ? OFFSET ?',
    );
    this.#count = connection.prepare('SELECT count(*) FROM sync_conflicts WHERE settled_at IS NULL').pluck();
  }

  /** Brings the open conflicts of a record in line with what a change made of it. */
  follow(
    spec: RecordSpec,
    recordId: string,
    { prior, state, now }: { prior: RecordState; state: RecordState; now: number },
  ): void {
    const moves = conflictMoves(spec, prior, state);
    if (moves.length === 0) return;
    this.#any = null;
    const history = [
      ...this.#base.history(spec, recordId),
      ...this.#journal
        .ofRecord(spec.entity, recordId)
        .flatMap(({ change, applied }) => (applied === 'applied' ? [change] : [])),
    ];
    for (const { field, now: outcome, alternatives } of moves) {
      if (outcome === 'settled') {
        this.#settle.run(now, recordId, field);
        continue;
      }
      const base = baseOf(spec, field, alternatives, history);
      this.#put.run({
        entity: spec.entity,
        recordId,
        field,
        base: base === null ? null : JSON.stringify(base),
        heads: JSON.stringify(alternatives.map((each) => describe(each, history))),
        now,
      });
    }
  }

  /** A change of this node has seen everything here: what it sets is settled. */
  settle(recordId: string, fields: readonly string[], now: number): void {
    this.#any = null;
    for (const name of fields) this.#settle.run(now, recordId, name);
  }

  /** True when at least one conflict is open. */
  any(): boolean {
    this.#any ??= this.count() > 0;
    return this.#any;
  }

  open(recordId: string): StoredConflict[] {
    return this.#open.all(recordId).map(fromRow);
  }

  page(limit: number, offset: number): StoredConflict[] {
    return this.#page.all(limit, offset).map(fromRow);
  }

  count(): number {
    return z.number().parse(this.#count.get());
  }
}

function describe(
  { stamp, value, also }: Alternative,
  history: readonly Change[],
): z.infer<typeof conflictHead> {
  const { origin, number } = stamp;
  const change = history.find((each) => each.origin === origin && each.number === number);
  return {
    value,
    ...(Object.keys(also).length === 0 ? {} : { also }),
    by: change?.actorName ?? '',
    device: change?.device ?? '',
    at: change?.at ?? 0,
    side: sideOf(origin),
    origin,
    number,
  };
}

function fromRow(found: unknown): StoredConflict {
  const stored = row.parse(found);
  return {
    id: stored.id,
    entity: stored.entity,
    recordId: stored.record_id,
    field: stored.field,
    base: stored.base === null ? null : z.object({ value: scalar }).parse(JSON.parse(stored.base)),
    heads: z.array(conflictHead).parse(JSON.parse(stored.heads)),
    openedAt: stored.opened_at,
  };
}
