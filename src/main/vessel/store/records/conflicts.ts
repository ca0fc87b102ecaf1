import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { RecordSpec } from '#shared/records/record.ts';
import type { Scalar } from '#shared/json.ts';
import type { Change } from '#shared/sync/change.ts';
import { baseOf, conflictingValue, conflictMoves, type ConflictMove } from '#shared/sync/conflicts.ts';
import { emptyState, type Alternative, type RecordState } from '#shared/sync/merge.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import type { Base } from './base.ts';
import type { WritableDatabase } from '../database.ts';
import type { Journal } from '../journal/journal.ts';

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
export type ConflictHead = z.infer<typeof conflictHead>;

const settlement = conflictHead.extend({
  /** True when it ended with the record: somebody deleted it. */
  deleted: z.boolean(),
});
export type Settlement = z.infer<typeof settlement>;

const counted = z.number();
const row = z.object({
  id: z.number(),
  entity: z.string(),
  record_id: z.string(),
  field: z.string(),
  base: z.string().nullable(),
  heads: z.string(),
  opened_at: z.number(),
  settled_at: z.number().nullable(),
  settlement: z.string().nullable(),
});

export interface StoredConflict {
  id: number;
  entity: string;
  recordId: string;
  field: string;
  /** What stood there before all of the values; null where the journal does not know. */
  base: { value: Scalar } | null;
  /** The one in force first; as they last stood once settled. */
  heads: ConflictHead[];
  /** ms since 1970 */
  openedAt: number;
  settledAt: number | null;
  settlement: Settlement | null;
}

export interface ConflictPage {
  state: 'open' | 'settled';
  recordId: string | undefined;
  /** Conflicts that come before this one, null for the newest. */
  before: number | null;
  limit: number;
}

/** Whoever ended a conflict, as far as that is known. */
type Settler = Pick<Change, 'operation' | 'origin' | 'number' | 'at' | 'actorName' | 'device'>;

/** Fields whose values stand against each other. All are kept until a later change has seen all of them. */
export class Conflicts {
  readonly #get: Statement;
  readonly #open: Statement;
  readonly #put: Statement;
  readonly #settle: Statement;
  readonly #pages: Readonly<Record<ConflictPage['state'], Statement>>;
  readonly #counts: Readonly<Record<ConflictPage['state'], Statement>>;
  readonly #journal: Journal;
  readonly #base: Base;
  /** Whether any conflict is open; null when that has to be asked. Saves the look-up at every write. */
  #any: boolean | null = null;

  constructor(connection: WritableDatabase, { journal, base }: { journal: Journal; base: Base }) {
    this.#journal = journal;
    this.#base = base;
    this.#get = connection.prepare('SELECT * FROM sync_conflicts WHERE id = ?');
    this.#open = connection.prepare(
      'SELECT * FROM sync_conflicts WHERE record_id = ? AND entity = ? AND settled_at IS NULL',
    );
    this.#put = connection.prepare(
      `INSERT INTO sync_conflicts (entity, record_id, field, base, heads, opened_at)
       VALUES (@entity, @recordId, @field, @base, @heads, @now)
       ON CONFLICT (record_id, entity, field) WHERE settled_at IS NULL DO UPDATE SET heads = excluded.heads, base = excluded.base`,
    );
    this.#settle = connection.prepare(
      `UPDATE sync_conflicts SET settled_at = @now, settlement = @settlement
       WHERE record_id = @recordId AND entity = @entity AND field = @field AND settled_at IS NULL`,
    );
    const page = (condition: string): Statement =>
      connection.prepare(
        `SELECT * FROM sync_conflicts WHERE ${condition} AND id < coalesce(@before, 9e18)
           AND (@recordId IS NULL OR record_id = @recordId)
         ORDER BY id DESC LIMIT +@limit`,
      );
    const count = (condition: string): Statement =>
      connection
        .prepare(
          `SELECT count(*) FROM sync_conflicts WHERE ${condition} AND (@recordId IS NULL OR record_id = @recordId)`,
        )
        .pluck();
    this.#pages = { open: page('settled_at IS NULL'), settled: page('settled_at IS NOT NULL') };
    this.#counts = { open: count('settled_at IS NULL'), settled: count('settled_at IS NOT NULL') };
  }

  /** Brings the conflicts of a record in line with what `change` made of it. */
  follow(
    spec: RecordSpec,
    change: Change,
    { prior, state, now }: { prior: RecordState; state: RecordState; now: number },
  ): void {
    this.#follow(spec, change.recordId, conflictMoves(spec, prior, state), { now, by: change });
  }

  /**
   * Brings the conflicts of a record in line with how it came with a snapshot, which may bring their end.
   * @param given.by who changed it last
   */
  takeOver(
    spec: RecordSpec,
    recordId: string,
    { prior, state, ...given }: { prior: RecordState; state: RecordState; now: number; by: Settler },
  ): void {
    // With the snapshot more is known of what stood before the values, also where they are the same.
    const standing = conflictMoves(spec, emptyState, state);
    const ended = conflictMoves(spec, prior, state).filter((move) => move.now === 'settled');
    this.#follow(spec, recordId, [...ended, ...standing], given);
  }

  #follow(
    spec: RecordSpec,
    recordId: string,
    moves: readonly ConflictMove[],
    { now, by }: { now: number; by: Settler },
  ): void {
    if (moves.length === 0) return;
    this.#any = null;
    const history = this.#history(spec, recordId);
    for (const move of moves)
      if (move.now === 'settled')
        this.settle(
          { entity: spec.entity, recordId, field: move.field },
          settlementOf(move, by, history),
          now,
        );
      else this.#list(spec, recordId, { move, history, now });
  }

  #history(spec: RecordSpec, recordId: string): Change[] {
    const applied = this.#journal
      .ofRecord(spec.entity, recordId)
      .flatMap((entry) => (entry.applied === 'applied' ? [entry.change] : []));
    return [...this.#base.history(spec, recordId), ...applied];
  }

  #list(
    spec: RecordSpec,
    recordId: string,
    { move, history, now }: { move: ConflictMove; history: readonly Change[]; now: number },
  ): void {
    const { field, alternatives } = move;
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

  /** Closes a field's conflict, where one is open. `now` is when this node came to know of it, ms. */
  settle(of: Pick<StoredConflict, 'entity' | 'recordId' | 'field'>, by: Settlement, now: number): void {
    this.#any = null;
    const { entity, recordId, field } = of;
    this.#settle.run({ now, settlement: JSON.stringify(by), entity, recordId, field });
  }

  /** True when at least one conflict is open. */
  any(): boolean {
    this.#any ??= this.count('open') > 0;
    return this.#any;
  }

  get(id: number): StoredConflict | null {
    const found = this.#get.get(id);
    return found === undefined ? null : conflictFromRow(found);
  }

  /** Of one record. Records of two kinds may have one id, where somebody forged it. */
  open({ entity, recordId }: Pick<StoredConflict, 'entity' | 'recordId'>): StoredConflict[] {
    return this.#open.all(recordId, entity).map(conflictFromRow);
  }

  /** Newest first. */
  page({ state, recordId, before, limit }: ConflictPage): StoredConflict[] {
    return this.#pages[state].all({ recordId: recordId ?? null, before, limit }).map(conflictFromRow);
  }

  count(state: ConflictPage['state'], recordId?: string): number {
    return counted.parse(this.#counts[state].get({ recordId: recordId ?? null }));
  }
}

function settlementOf(
  { alternatives }: ConflictMove,
  change: Settler,
  history: readonly Change[],
): Settlement {
  const [inForce] = alternatives;
  const deleted = change.operation === 'delete' || inForce === undefined;
  const { origin, number, at, actorName, device } = change;
  if (!deleted) {
    const { stamp } = inForce;
    // What came with a snapshot came without its changes.
    const own =
      stamp.origin === origin && stamp.number === number ? { by: actorName, device, at } : undefined;
    return { ...describe(inForce, history), ...own, deleted };
  }
  const value = inForce?.value ?? null;
  return { value, deleted, by: actorName, device, at, side: sideOf(origin), origin, number };
}

function describe(alternative: Alternative, history: readonly Change[]): ConflictHead {
  const { origin, number } = alternative.stamp;
  const change = history.find((each) => each.origin === origin && each.number === number);
  return conflictingValue(alternative, change);
}

/** A row of `sync_conflicts`. */
export function conflictFromRow(found: unknown): StoredConflict {
  const stored = row.parse(found);
  const json = <T>(schema: z.ZodType<T>, text: string | null): T | null =>
    text === null ? null : schema.parse(JSON.parse(text));
  return {
    id: stored.id,
    entity: stored.entity,
    recordId: stored.record_id,
    field: stored.field,
    base: json(z.object({ value: scalar }), stored.base),
    heads: json(z.array(conflictHead), stored.heads) ?? [],
    openedAt: stored.opened_at,
    settledAt: stored.settled_at,
    settlement: json(settlement, stored.settlement),
  };
}
