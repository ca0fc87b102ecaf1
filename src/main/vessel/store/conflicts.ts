import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { RecordSpec } from '#shared/domain/record.ts';
import { isConflict, type Head, type RecordState } from '#shared/sync/merge.ts';
import { saw, sideOf, type Origin } from '#shared/sync/seen.ts';
import type { WritableDatabase } from './database.ts';
import type { Journal } from './journal.ts';

const conflictHead = z.object({
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
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
  base: unknown;
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
  /** Whether any conflict is open; null when that has to be asked. Saves the look-up at every write. */
  #any: boolean | null = null;

  constructor(connection: WritableDatabase, journal: Journal) {
    this.#journal = journal;
    this.#open = connection.prepare(
      'SELECT * FROM sync_conflicts WHERE record_id = ? AND settled_at IS NULL',
    );
    this.#put = connection.prepare(
      `INSERT INTO sync_conflicts (entity, record_id, field, base, heads, opened_at)
       VALUES (@entity, @recordId, @field, @base, @heads, @now)
       ON CONFLICT (record_id, field) WHERE settled_at IS NULL DO UPDATE SET heads = excluded.heads`,
    );
    this.#settle = connection.prepare(
      'UPDATE sync_conflicts SET settled_at = ? WHERE record_id = ? AND field = ? AND settled_at IS NULL',
    );
    this.#page = connection.prepare(
      'SELECT * FROM sync_conflicts WHERE settled_at IS NULL ORDER BY opened_at DESC, id DESC LIMIT ? OFFSET ?',
    );
    this.#count = connection.prepare('SELECT count(*) FROM sync_conflicts WHERE settled_at IS NULL').pluck();
  }

  /**
   * Brings the open conflicts of a record in line with its state.
   * @param fields the fields that may have changed
   * @param own this node's origin, whose journal knows what stood there before
   */
  follow(
    spec: RecordSpec,
    recordId: string,
    state: RecordState,
    fields: readonly string[],
    { own, now }: { own: Origin; now: number },
  ): void {
    this.#any = null;
    for (const name of fields) {
      const field = spec.fields[name];
      const heads = state.heads[name] ?? [];
      if (field !== undefined && isConflict(field, heads)) {
        this.#put.run({
          entity: spec.entity,
          recordId,
          field: name,
          base: JSON.stringify(this.#baseOf(spec, recordId, name, heads, own) ?? null),
          heads: JSON.stringify(heads.map((head) => this.#describe(head))),
          now,
        });
      } else {
        this.#settle.run(now, recordId, name);
      }
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

  /** What stood in the field before the first own change that a head of the other side had not seen. */
  #baseOf(spec: RecordSpec, recordId: string, name: string, heads: readonly Head[], own: Origin): unknown {
    const others = heads.filter((head) => head.stamp.origin !== own);
    for (const entry of this.#journal.ofRecord(spec.entity, recordId)) {
      if (entry.change.origin !== own || !(name in entry.change.fields)) continue;
      const unseen = others.some((head) => !saw(head.stamp, { origin: own, number: entry.change.number }));
      if (unseen) return entry.before?.[name];
    }
    return null;
  }

  #describe(head: Head): z.infer<typeof conflictHead> {
    const entry = this.#journal.get(head.stamp.origin, head.stamp.number);
    return {
      value: head.value,
      by: entry?.change.actorName ?? '',
      device: entry?.change.device ?? '',
      at: entry?.change.at ?? 0,
      side: sideOf(head.stamp.origin),
      origin: head.stamp.origin,
      number: head.stamp.number,
    };
  }
}

function fromRow(found: unknown): StoredConflict {
  const stored = row.parse(found);
  return {
    id: stored.id,
    entity: stored.entity,
    recordId: stored.record_id,
    field: stored.field,
    base: stored.base === null ? null : z.unknown().parse(JSON.parse(stored.base)),
    heads: z.array(conflictHead).parse(JSON.parse(stored.heads)),
    openedAt: stored.opened_at,
  };
}
