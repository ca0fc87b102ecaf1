import type { Environment } from '#shared/ports.ts';
import { laneOf, type RecordSpec } from '#shared/domain/record.ts';
import { fieldsOfCreate, versionOf } from '#shared/domain/record-version.ts';
import { specOf } from '#shared/domain/records.ts';
import { chainNext } from '#shared/sync/chain.ts';
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
import type { Seen, Stamp } from '#shared/sync/seen.ts';
import { judge } from '#shared/sync/validity.ts';
import type { Commits } from './commits.ts';
import { ShoreFailure } from './failure.ts';
import { keyOf, type Incoming } from './journal/fold.ts';
import { seenByWriter } from './journal/seen-by-writer.ts';
import { platformHash } from './journal/platform-hash.ts';
import { writeChanges } from './journal/write-changes.ts';
import type { Committed, Writer } from './service.ts';
import { databaseFault } from './store/database-error.ts';
import { retryConflicts } from './store/retry.ts';
import type { OriginHead, ShoreStore, ShoreTransaction, Values, VesselHead } from './store/shore-store.ts';

export interface WriteParts {
  store: ShoreStore;
  environment: Environment;
  commits: Commits;
  /** This gateway's name, for telling the others. */
  gateway: string;
}

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
  create(entity: string, id: string, values: Values): Promise<void>;
  /** Sets the fields that differ from what is stored or settle a conflict; writes nothing when none does. */
  update(entity: string, id: string, changes: Values): Promise<void>;
  /** Sets fields and says that they are so: the change names all of them, those too that are so already. */
  affirm(entity: string, id: string, values: Values): Promise<void>;
  delete(entity: string, id: string): Promise<void>;
  /** The highest work order number in a range that was ever given on this vessel. */
  highestNumber(first: string, last: string): Promise<string | null>;
  /** Who wrote the change with this stamp, and when (ms); null where it is not in the journal. */
  authorOf(stamp: Pick<Stamp, 'origin' | 'number'>): Promise<{ by: string; at: number } | null>;
}

/**
 * The one way in which the office writes a synced record: in one transaction that holds the vessel's lock the
 * record, its field versions, the journal entry and the queue to the vessel, all or none; after the commit
 * whoever listens is told, here and on other gateways.
 * @param work may run again when another transaction was in the way
 * @returns what `work` returns
 * @throws {ShoreFailure} `not_found` for a vessel nobody knows, `unavailable` while the database is away, and
 * whatever `work` throws, with nothing written
 */
export async function recordAndPublish<T>(
  parts: WriteParts,
  vesselId: string,
  writer: Writer,
  work: (unit: RecordUnit) => Promise<T>,
): Promise<T> {
  const { store, environment, commits } = parts;
  const attempt = () =>
    store.transaction('write', async (tx) => {
      const vessel = await tx.vesselForUpdate(vesselId);
      if (vessel === null) throw new ShoreFailure('not_found', `There is no vessel called '${vesselId}'.`);
      const unit = new Unit(tx, vessel, await tx.originHeads(vesselId), writer, environment.now());
      const value = await work(unit);
      return { value, events: await write(tx, parts, vessel, unit) };
    });
  try {
    const { value, events } = await retryConflicts(environment, () => undefined, attempt);
    commits.announce(events);
    return value;
  } catch (error) {
    throw unavailableWhenAway(error);
  }
}

/** What a caller is told when the database is away; anything else is left as it is. */
export function unavailableWhenAway(error: unknown): unknown {
  if (error instanceof ShoreFailure || databaseFault(error) === 'refused') return error;
  return new ShoreFailure(
    'unavailable',
    'The database cannot be reached just now. What is stored is safe. Look whether your change shows before you make it again.',
    { retryable: true, cause: error },
  );
}

async function write(
  tx: ShoreTransaction,
  { gateway }: WriteParts,
  vessel: VesselHead,
  unit: Unit,
): Promise<Committed[]> {
  const { changes } = unit;
  if (changes.length === 0) return [];
  let { hash } = vessel;
  const incoming = changes.map(({ change, spec }): Incoming => {
    hash = chainNext(hash, change, platformHash);
    return { change, spec, hash, claimed: null, applied: 'applied' };
  });
  const { vesselId } = vessel;
  const { events, digest } = await writeChanges(tx, vesselId, incoming, {
    feed: vessel.feed,
    digest: vessel.digest,
    now: unit.at,
    cause: 'shore',
  });
  await tx.enqueue(
    vesselId,
    changes.map(({ change: { number, lane, entity, recordId, at } }) => ({
      number,
      lane,
      entity,
      recordId,
      at,
    })),
  );
  await tx.saveVessel({
    ...vessel,
    last: vessel.last + changes.length,
    hash,
    time: unit.time,
    feed: vessel.feed + changes.length,
    digest,
  });
  await tx.notify({ gateway, events });
  return events;
}

class Unit implements RecordUnit {
  readonly at: number;
  readonly time: number;
  readonly writer: Writer;
  readonly changes: { change: Change; spec: RecordSpec }[] = [];
  readonly #tx: ShoreTransaction;
  readonly #vessel: VesselHead;
  readonly #heads: readonly OriginHead[];
  readonly #states = new Map<string, RecordState | null>();

  constructor(
    tx: ShoreTransaction,
    vessel: VesselHead,
    heads: readonly OriginHead[],
    writer: Writer,
    now: number,
  ) {
    this.#tx = tx;
    this.#vessel = vessel;
    this.writer = writer;
    this.at = now;
    this.time = tick(vessel.time, now);
    this.#heads = heads;
  }

  async get(entity: string, id: string): Promise<RecordInUnit | null> {
    const state = await this.#state(entity, id);
    if (state === null) return null;
    return { state, values: materialise(specFor(entity), state), deleted: isDeleted(state) };
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

  highestNumber(first: string, last: string): Promise<string | null> {
    return this.#tx.highestNumber(this.#vessel.vesselId, first, last);
  }

  async authorOf({
    origin,
    number,
  }: Pick<Stamp, 'origin' | 'number'>): Promise<{ by: string; at: number } | null> {
    const [entry] = await this.#tx.journalByNumber(this.#vessel.vesselId, origin, [[number, number]]);
    return entry === undefined ? null : { by: entry.change.actorName, at: entry.change.at };
  }

  async #state(entity: string, id: string): Promise<RecordState | null> {
    const key = keyOf(entity, id);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const [record] = await this.#tx.records(this.#vessel.vesselId, entity, [id]);
    const state = record?.state ?? null;
    this.#states.set(key, state);
    return state;
  }

  async #add(
    spec: RecordSpec,
    recordId: string,
    operation: Operation,
    fields: Values,
    state: RecordState,
  ): Promise<void> {
    const seen = await this.#seenOf(spec.entity, recordId);
    const { actorId, actorName, device } = this.writer;
    const change: Change = {
      origin: this.#vessel.origin,
      number: this.#vessel.last + this.changes.length + 1,
      time: timeAfter(this.time, latestStamp(state)?.time ?? 0),
      at: this.at,
      seen,
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
    const verdict = judge(change);
    if (verdict.decision === 'park')
      throw new ShoreFailure('invalid_input', `Nothing was saved: ${verdict.reason}`);
    this.changes.push({ change, spec });
    this.#states.set(keyOf(spec.entity, recordId), applyChange(spec, state, change));
  }

  async #seenOf(entity: string, recordId: string): Promise<Seen> {
    const complete = this.#heads.every(({ unapplied }) => unapplied.length === 0);
    const history = complete ? [] : await this.#tx.journalOfRecords(this.#vessel.vesselId, [recordId]);
    return seenByWriter(
      this.#heads,
      history.filter(({ change }) => change.entity === entity),
    );
  }
}

function specFor(entity: string): RecordSpec {
  const spec = specOf(entity);
  if (spec === undefined) throw new Error(`There is no kind of record called '${entity}'`);
  return spec;
}
