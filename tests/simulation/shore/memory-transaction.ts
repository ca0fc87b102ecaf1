import { specNumberedLike } from '#shared/records/numbered.ts';
import { hasReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { Scalar } from '#shared/json.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { snapshotRecord } from '#shared/sync/snapshot/record.ts';
import type { Applied } from '#shore/store/schema.ts';
import type {
  JournalEntry,
  NewProblem,
  Notice,
  NumberRange,
  OriginHead,
  QueueEntry,
  RecordDigest,
  RecordRef,
  RenumberedEntry,
  ShoreTransaction,
  StoredConflict,
  StoredRecord,
  Values,
  VesselClaim,
  VesselHead,
  VesselIdentity,
} from '#shore/store/shore-store.ts';
import { MemoryDatabase } from './memory-database.ts';
import { keyOf, VesselTables } from './tables.ts';

import type { Wire } from './wire.ts';

/** One transaction of a `MemoryStore`: what it has written only it sees until it commits. */
export class MemoryTransaction implements ShoreTransaction {
  readonly #database: MemoryDatabase;
  readonly #wire: Wire;
  /** Tables that this transaction has written, as only it sees them. */
  readonly #own = new Map<string, VesselTables>();
  readonly #problems: NewProblem[] = [];
  readonly #concluded: NewProblem[] = [];
  readonly #notices: Notice[] = [];
  /** The statement that was asked last. */
  #last: Promise<void> = Promise.resolve();

  constructor(database: MemoryDatabase, wire: Wire) {
    this.#database = database;
    this.#wire = wire;
  }

  async vesselForUpdate(vesselId: string): Promise<VesselHead | null> {
    // A row that is not there locks nothing.
    await this.#turn('select vessel for update', async () => {
      if (this.#read(vesselId) !== undefined) await this.#database.lock(vesselId, this);
    });
    return this.#read(vesselId)?.head ?? null;
  }

  async createVessel(head: VesselHead, at: number): Promise<void> {
    // Another one that inserts the same key is waited for.
    await this.#turn('insert vessel', () => this.#database.lock(head.vesselId, this));
    if (this.#read(head.vesselId) === undefined) this.#own.set(head.vesselId, new VesselTables(head, at));
  }

  async saveVessel(head: VesselHead): Promise<void> {
    await this.#turn('update vessel');
    this.#write(head.vesselId).head = head;
  }

  async originHeads(vesselId: string): Promise<OriginHead[]> {
    await this.#turn('select heads');
    const heads = [...(this.#read(vesselId)?.origins.values() ?? [])];
    return heads.sort((a, b) => (a.origin < b.origin ? -1 : 1));
  }

  async saveOriginHead(vesselId: string, head: OriginHead): Promise<void> {
    await this.#turn('upsert head');
    this.#write(vesselId).origins.set(head.origin, head);
  }

  async identity(vesselId: string): Promise<VesselIdentity> {
    await this.#turn('select claims');
    return this.#read(vesselId)?.identity ?? { knownAs: null, claims: [] };
  }

  async saveKnownAs(vesselId: string, name: string): Promise<void> {
    await this.#turn('update contact');
    this.#write(vesselId).knownAs = name;
  }

  async saveClaim(vesselId: string, claim: VesselClaim): Promise<void> {
    await this.#turn('upsert claim');
    this.#write(vesselId).claims.set(claim.origin, claim);
  }

  async journalByNumber(
    vesselId: string,
    origin: Origin,
    ranges: readonly NumberRange[],
  ): Promise<JournalEntry[]> {
    await this.#turn('select journal');
    return (this.#read(vesselId)?.journal ?? [])
      .filter(
        ({ change }) =>
          change.origin === origin &&
          ranges.some(([first, last]) => first <= change.number && change.number <= last),
      )
      .sort((a, b) => a.change.number - b.change.number);
  }

  async journalOfRecords(vesselId: string, recordIds: readonly string[]): Promise<JournalEntry[]> {
    await this.#turn('select journal of records');
    return (this.#read(vesselId)?.journal ?? []).filter(({ change }) => recordIds.includes(change.recordId));
  }

  async appendJournal(vesselId: string, entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#turn('insert journal');
    const tables = this.#write(vesselId);
    for (const entry of entries) tables.append(entry);
  }

  async sealJournal(vesselId: string, origin: Origin, hashes: ReadonlyMap<number, ChainHash>): Promise<void> {
    if (hashes.size === 0) return;
    await this.#turn('update journal');
    const tables = this.#write(vesselId);
    for (const [number, hash] of hashes) {
      const entry = tables.entry(origin, number);
      if (entry !== null) tables.replace({ ...entry, hash });
    }
  }

  async renumberJournal(vesselId: string, from: Origin, entries: readonly RenumberedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#turn('update journal numbers');
    const tables = this.#write(vesselId);
    for (const { number, change, hash } of entries) tables.renumber(from, number, change, hash);
  }

  async setApplied(
    vesselId: string,
    origin: Origin,
    numbers: readonly number[],
    applied: Applied,
  ): Promise<void> {
    if (numbers.length === 0) return;
    await this.#turn('update applied');
    const tables = this.#write(vesselId);
    for (const number of numbers) {
      const entry = tables.entry(origin, number);
      if (entry !== null) tables.replace({ ...entry, applied });
    }
  }

  async records(vesselId: string, entity: string, ids: readonly string[]): Promise<StoredRecord[]> {
    if (ids.length === 0) return [];
    await this.#turn('select records');
    const records = this.#read(vesselId)?.records;
    return [...new Set(ids)].flatMap((id) => records?.get(keyOf(entity, id)) ?? []);
  }

  async recordsHaving(
    vesselId: string,
    entity: string,
    { field, value }: { field: string; value: Scalar },
  ): Promise<{ id: string; values: Values }[]> {
    await this.#turn('select records having');
    return [...(this.#read(vesselId)?.records.values() ?? [])].flatMap(({ entity: kind, id, row }) =>
      kind === entity && row !== null && !row.deleted && row.values[field] === value
        ? [{ id, values: row.values }]
        : [],
    );
  }

  async saveRecords(vesselId: string, records: readonly StoredRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#turn('upsert records');
    const tables = this.#write(vesselId);
    for (const record of records) tables.save(record);
  }

  async saveBases(vesselId: string, records: readonly StoredRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#wire.statement('update bases');
    const tables = this.#write(vesselId);
    for (const { entity, id, base } of records) {
      const record = tables.records.get(keyOf(entity, id));
      if (record !== undefined && base !== undefined)
        tables.records.set(keyOf(entity, id), {
          ...record,
          base: snapshotRecord.parse(JSON.parse(JSON.stringify(base))),
        });
    }
  }

  async baseTaken(vesselId: string, transfer: string): Promise<string | null | undefined> {
    await this.#wire.statement('select base taken');
    return this.#read(vesselId)?.baseTaken.get(transfer);
  }

  async saveBaseTaken(vesselId: string, transfer: string, after: string | null): Promise<void> {
    await this.#wire.statement('upsert base taken');
    this.#write(vesselId).baseTaken.set(transfer, after);
  }

  async recordsWithoutDigest(vesselId: string, limit: number): Promise<StoredRecord[]> {
    await this.#turn('select records without digest');
    return [...(this.#read(vesselId)?.records.values() ?? [])]
      .filter(({ digest }) => digest === null)
      .slice(0, limit);
  }

  async saveDigests(vesselId: string, digests: readonly RecordDigest[]): Promise<void> {
    if (digests.length === 0) return;
    await this.#turn('update digests');
    const { records } = this.#write(vesselId);
    for (const { entity, recordId, digest } of digests) {
      const record = records.get(keyOf(entity, recordId));
      if (record !== undefined) records.set(keyOf(entity, recordId), { ...record, digest });
    }
  }

  async freeFeeds(vesselId: string, last: number, limit: number): Promise<number[]> {
    await this.#turn('select feeds');
    const taken = new Set((this.#read(vesselId)?.journal ?? []).map(({ feed }) => feed));
    const free: number[] = [];
    for (let feed = 1; feed <= last && free.length < limit; feed += 1) if (!taken.has(feed)) free.push(feed);
    return free;
  }

  async digestsAfter(vesselId: string, after: RecordRef | null, limit: number): Promise<RecordDigest[]> {
    await this.#turn('select digests');
    const place = ({ recordId, entity }: RecordRef): string => `${recordId} ${entity}`;
    return [...(this.#read(vesselId)?.records.values() ?? [])]
      .flatMap(({ entity, id, digest }) => (digest === null ? [] : [{ entity, recordId: id, digest }]))
      .filter((each) => after === null || place(each) > place(after))
      .sort((a, b) => (place(a) < place(b) ? -1 : 1))
      .slice(0, limit);
  }

  async highestNumber(vesselId: string, first: string, last: string): Promise<string | null> {
    await this.#turn('select highest number');
    let highest: string | null = null;
    const spec = specNumberedLike(first);
    for (const { entity, row } of this.#read(vesselId)?.records.values() ?? []) {
      const number = entity === spec.entity ? row?.values[spec.number.field] : undefined;
      if (typeof number !== 'string' || number < first || number > last) continue;
      if (highest === null || number > highest) highest = number;
    }
    return highest;
  }

  async openConflicts(vesselId: string, recordIds: readonly string[]): Promise<StoredConflict[]> {
    if (recordIds.length === 0) return [];
    await this.#turn('select conflicts');
    return [...(this.#read(vesselId)?.conflicts.values() ?? [])].filter(
      ({ recordId, settledAt }) => settledAt === null && recordIds.includes(recordId),
    );
  }

  async saveConflicts(vesselId: string, conflicts: readonly StoredConflict[]): Promise<void> {
    for (const conflict of conflicts) {
      await this.#turn('upsert conflict');
      this.#write(vesselId).saveConflict(conflict, this.#database.newConflictId);
    }
  }

  async addProblems(problems: readonly NewProblem[]): Promise<void> {
    if (problems.length === 0) return;
    await this.#turn('insert problems');
    this.#problems.push(...onePerKey(problems));
  }

  async concludeProblem(problem: NewProblem): Promise<void> {
    await this.#turn('rewrite problem');
    this.#concluded.push(problem);
  }

  async enqueue(vesselId: string, entries: readonly QueueEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.#turn('insert queue');
    const tables = this.#write(vesselId);
    const urgent = new Map<string, number>();
    for (const { lane, recordId, number } of entries) if (lane === 'urgent') urgent.set(recordId, number);
    for (const [number, entry] of tables.queue)
      if (entry.lane !== 'urgent' && urgent.has(entry.recordId))
        tables.queue.set(number, { ...entry, lane: 'urgent' });
    for (const entry of entries) {
      const lane = entry.number < (urgent.get(entry.recordId) ?? 0) ? 'urgent' : entry.lane;
      tables.enqueue({ ...entry, lane });
    }
  }

  async dequeue(vesselId: string, received: ReceivedRanges): Promise<RecordRef[]> {
    await this.#turn('delete queue');
    const { queue } = this.#write(vesselId);
    const removed = [...queue.values()].filter(({ number }) => hasReceived(received, number));
    for (const { number } of removed) queue.delete(number);
    return removed.map(({ entity, recordId }) => ({ entity, recordId }));
  }

  async requeue(vesselId: string, origin: Origin, received: ReceivedRanges): Promise<number> {
    await this.#turn('insert queue');
    const tables = this.#write(vesselId);
    let added = 0;
    const urgent = new Map<string, number>();
    for (const { change } of tables.journal) {
      const { number, lane, entity, recordId, at } = change;
      if (change.origin !== origin || hasReceived(received, number)) continue;
      if (lane === 'urgent') urgent.set(recordId, Math.max(number, urgent.get(recordId) ?? 0));
      if (tables.queue.has(number)) continue;
      tables.enqueue({ number, lane, entity, recordId, at });
      added += 1;
    }
    for (const [number, entry] of tables.queue)
      if (entry.lane !== 'urgent' && number < (urgent.get(entry.recordId) ?? 0))
        tables.queue.set(number, { ...entry, lane: 'urgent' });
    return added;
  }

  async notify(notice: Notice): Promise<void> {
    await this.#turn('notify');
    this.#notices.push(notice);
  }

  /** Everything at once; the caller lets go of the locks. */
  commit(): void {
    for (const [vesselId, tables] of this.#own) {
      const before = this.#database.vessels.get(vesselId) ?? null;
      this.#database.vessels.set(vesselId, tables);
      this.#database.addContact(vesselId);
      this.#database.onCommit(vesselId, before, tables);
    }
    for (const problem of this.#problems) this.#database.addProblem(problem);
    for (const problem of this.#concluded) this.#database.concludeProblem(problem);
    for (const notice of this.#notices) this.#database.notify(notice);
  }

  /** Waits for what was asked before, as on one connection. */
  async #turn(what: string, lock?: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(async () => {
      await this.#wire.statement(what);
      await lock?.();
    });
    this.#last = mine;
    await mine;
  }

  #read(vesselId: string): VesselTables | undefined {
    return this.#own.get(vesselId) ?? this.#database.vessels.get(vesselId);
  }

  #write(vesselId: string): VesselTables {
    const own = this.#own.get(vesselId);
    if (own !== undefined) return own;
    const committed = this.#database.vessels.get(vesselId);
    if (committed === undefined) throw new Error(`A write to vessel ${vesselId}, which is not there`);
    if (!this.#database.holds(vesselId, this))
      throw new Error(`A write to vessel ${vesselId} by a transaction that does not hold its lock`);
    const copy = committed.copy();
    this.#own.set(vesselId, copy);
    return copy;
  }
}

/** As an upsert leaves them: the last of those with one key. */
export function onePerKey(problems: readonly NewProblem[]): NewProblem[] {
  return [...new Map(problems.map((problem) => [problem.key, problem])).values()];
}
