import { laneOf, type RecordSpec } from '#shared/records/record.ts';
import { fieldsOfCreate, versionOf } from '#shared/records/record-version.ts';
import { specOf } from '#shared/records/catalogue.ts';
import { specNumberedLike } from '#shared/records/numbered.ts';
import type { Scalar } from '#shared/json.ts';
import type { Change, Operation } from '#shared/sync/change.ts';
import { tick, timeAfter } from '#shared/sync/clock.ts';
import { fieldsToWrite } from '#shared/sync/conflicts.ts';
import {
  applyChange,
  emptyState,
  isDeleted,
  latestStamp,
  materialise,
  type RecordState,
} from '#shared/sync/merge.ts';
import type { CausalContext, Stamp } from '#shared/sync/causal-context.ts';
import { validateChange } from '#shared/sync/validity.ts';
import { ShoreFailure } from './failure.ts';
import { keyOf } from './journal/fold.ts';
import { writerContext } from './journal/writer-context.ts';
import type { Writer } from './service.ts';
import type { NewProblem, Values } from './store/shore-store.ts';
import type { VesselBook, Written } from './vessel-book.ts';

/** A record as it stands within a unit of work. */
export interface RecordInUnit {
  state: RecordState;
  /** Null while its create has not arrived. */
  values: Values | null;
  deleted: boolean;
}

/** The writes of one unit. Reads within it see them. */
export interface RecordUnit {
  /** Wall clock of the unit, ms: the time its changes bear. */
  readonly at: number;
  readonly writer: Writer;
  get(entity: string, id: string): Promise<RecordInUnit | null>;
  /** Records of a kind that are not deleted and have this value in a field. */
  having(entity: string, field: string, value: Scalar): Promise<{ id: string; values: Values }[]>;
  create(entity: string, id: string, values: Values): Promise<void>;
  /** Sets the fields that differ from what is stored or settle a conflict; writes nothing when none does. */
  update(entity: string, id: string, changes: Values): Promise<void>;
  /** Sets fields and says that they are so: the change names all of them, those too that are so already. */
  affirm(entity: string, id: string, values: Values): Promise<void>;
  delete(entity: string, id: string): Promise<void>;
  /** The highest number in a range, of the kind that has such ones, that was ever given on this vessel. */
  highestNumber(first: string, last: string): Promise<string | null>;
  /** Who wrote the change with this stamp, and when (ms); null where it is not in the journal. */
  authorOf(stamp: Pick<Stamp, 'origin' | 'number'>): Promise<{ by: string; at: number } | null>;
  /** Tells people ashore of something, in the transaction of its changes; of nothing where it changes nothing. */
  tell(problem: NewProblem): void;
}

/** One writer's changes, in memory until `VesselBook.add` takes them over. One that is dropped leaves nothing behind. */
export class Unit implements RecordUnit {
  readonly at: number;
  /** Hybrid time of its changes. */
  readonly time: number;
  readonly writer: Writer;
  readonly changes: Written[] = [];
  /** Records that it has changed, as they are for it. */
  readonly states = new Map<string, RecordState>();
  readonly problems: NewProblem[] = [];
  readonly #book: VesselBook;

  constructor(book: VesselBook, writer: Writer, now: number) {
    this.#book = book;
    this.writer = writer;
    this.at = now;
    this.time = tick(book.time, now);
  }

  async get(entity: string, id: string): Promise<RecordInUnit | null> {
    const state = await this.#state(entity, id);
    if (state === null) return null;
    return { state, values: materialise(specFor(entity), state), deleted: isDeleted(state) };
  }

  async having(entity: string, field: string, value: Scalar): Promise<{ id: string; values: Values }[]> {
    const found = new Map((await this.#book.having(entity, field, value)).map((each) => [each.id, each]));
    // What has been written in this transaction is not in the tables yet.
    for (const { change } of [...this.#book.changes, ...this.changes]) {
      if (change.entity !== entity) continue;
      const id = change.recordId;
      const record = await this.get(entity, id);
      if (record === null || record.values === null || record.deleted || record.values[field] !== value)
        found.delete(id);
      else found.set(id, { id, values: record.values });
    }
    return [...found.values()];
  }

  async create(entity: string, id: string, values: Values): Promise<void> {
    const spec = specFor(entity);
    if ((await this.#state(entity, id)) !== null)
      throw new ShoreFailure('not_allowed', 'A record with this id is there already. Nothing was saved.');
    await this.#add(spec, id, 'create', fieldsOfCreate(spec, values), emptyState);
  }

  async update(entity: string, id: string, changes: Values): Promise<void> {
    const spec = specFor(entity);
    const state = await this.#state(entity, id);
    if (state === null) throw new ShoreFailure('not_found', 'This record is not there.');
    const current = materialise(spec, state) ?? {};
    const contested = Object.keys(state.heads).filter((name) => (state.heads[name]?.length ?? 0) > 1);
    const written = fieldsToWrite(spec, changes, { current, contested });
    if (Object.keys(written).length > 0) await this.#add(spec, id, 'update', written, state);
  }

  async affirm(entity: string, id: string, values: Values): Promise<void> {
    const state = await this.#state(entity, id);
    if (state === null) throw new ShoreFailure('not_found', 'This record is not there.');
    await this.#add(specFor(entity), id, 'update', values, state);
  }

  async delete(entity: string, id: string): Promise<void> {
    const state = await this.#state(entity, id);
    if (state === null) throw new ShoreFailure('not_found', 'This record is not there.');
    if (!isDeleted(state)) await this.#add(specFor(entity), id, 'delete', {}, state);
  }

  async highestNumber(first: string, last: string): Promise<string | null> {
    let highest = await this.#book.highestNumber(first, last);
    for (const { change } of this.changes) highest = higherNumber(highest, change, first, last);
    return highest;
  }

  async authorOf(stamp: Pick<Stamp, 'origin' | 'number'>): Promise<{ by: string; at: number } | null> {
    const isIt = ({ change }: Written) => change.origin === stamp.origin && change.number === stamp.number;
    const own = this.changes.find(isIt) ?? this.#book.changes.find(isIt);
    const change = own?.change ?? (await this.#book.journalled(stamp.origin, stamp.number));
    return change === null ? null : { by: change.actorName, at: change.at };
  }

  tell(problem: NewProblem): void {
    this.problems.push(problem);
  }

  async #state(entity: string, id: string): Promise<RecordState | null> {
    return this.states.get(keyOf(entity, id)) ?? this.#book.state(entity, id);
  }

  async #add(
    spec: RecordSpec,
    recordId: string,
    operation: Operation,
    fields: Values,
    state: RecordState,
  ): Promise<void> {
    const context = await this.#seenOf(spec.entity, recordId);
    const { actorId, actorName, device } = this.writer;
    const change: Change = {
      origin: this.#book.vessel.origin,
      number: this.#book.last + this.changes.length + 1,
      time: timeAfter(this.time, latestStamp(state)?.time ?? 0),
      at: this.at,
      seen: context,
      entity: spec.entity,
      recordId,
      operation,
      fields,
      actorId,
      actorName,
      device,
      lane: laneOf(spec, { ...materialise(spec, state), ...fields }),
      version: versionOf(spec, fields),
    };
    const verdict = validateChange(change);
    if (verdict.decision === 'park')
      throw new ShoreFailure('invalid_input', `Nothing was saved: ${verdict.reason}.`);
    this.changes.push({ change, spec });
    this.states.set(keyOf(spec.entity, recordId), applyChange(spec, state, change));
  }

  async #seenOf(entity: string, recordId: string): Promise<CausalContext> {
    const { heads } = this.#book;
    const complete = heads.every(({ unapplied }) => unapplied.length === 0);
    const history = complete ? [] : await this.#book.historyOf(recordId);
    return writerContext(
      heads,
      history.filter(({ change }) => change.entity === entity),
    );
  }
}

/** The higher of a number and the one that a change gives, where that is within the range. */
export function higherNumber(
  highest: string | null,
  { entity, fields }: Change,
  first: string,
  last: string,
): string | null {
  const spec = specNumberedLike(first);
  const number = entity === spec.entity ? fields[spec.number.field] : undefined;
  if (typeof number !== 'string' || number < first || number > last) return highest;
  return highest === null || number > highest ? number : highest;
}

function specFor(entity: string): RecordSpec {
  const spec = specOf(entity);
  if (spec === undefined) throw new Error(`There is no kind of record called '${entity}'`);
  return spec;
}
