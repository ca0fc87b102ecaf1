import { numberedSpecs } from '#shared/records/numbered.ts';
import { plausibleNumbers } from '#shared/records/record-number.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { belongsTo, type Stage } from '#shared/sync/snapshot/cursor.ts';
import type {
  Candidate,
  CandidateScope,
  SnapshotStore,
  SnapshotView,
} from '#shore/snapshot/snapshot-store.ts';
import type { JournalEntry, OriginHead, StoredRecord, VesselHead } from '#shore/store/shore-store.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { directWire, type Wire } from './wire.ts';
import { keyOf, type VesselTables } from './tables.ts';

/** Snapshots read from a `MemoryDatabase`. */
export class MemorySnapshots implements SnapshotStore {
  readonly #database: MemoryDatabase;
  readonly #wire: Wire;

  constructor(database: MemoryDatabase, wire: Wire = directWire) {
    this.#database = database;
    this.#wire = wire;
  }

  async read<T>(work: (view: SnapshotView) => Promise<T>): Promise<T> {
    await this.#wire.statement('begin read');
    // What is committed is never written to again: a commit puts other tables in its place.
    const result = await work(new MemoryView(new Map(this.#database.vessels), this.#wire));
    await this.#wire.committed();
    return result;
  }
}

class MemoryView implements SnapshotView {
  readonly #vessels: ReadonlyMap<string, VesselTables>;
  readonly #wire: Wire;

  constructor(vessels: ReadonlyMap<string, VesselTables>, wire: Wire) {
    this.#vessels = vessels;
    this.#wire = wire;
  }

  async heads(vesselId: string): Promise<{ vessel: VesselHead; origins: OriginHead[] } | null> {
    await this.#wire.statement('select heads');
    const tables = this.#vessels.get(vesselId);
    return tables === undefined ? null : { vessel: tables.head, origins: [...tables.origins.values()] };
  }

  async firstBeyond(vesselId: string, version: number): Promise<ReadonlyMap<Origin, number>> {
    await this.#wire.statement('select first waiting');
    const first = new Map<Origin, number>();
    for (const { change, applied } of this.#vessels.get(vesselId)?.journal ?? [])
      if (applied === 'later' || change.version > version)
        first.set(change.origin, Math.min(change.number, first.get(change.origin) ?? change.number));
    return first;
  }

  async hashAt(vesselId: string, origin: Origin, number: number): Promise<ChainHash | null> {
    await this.#wire.statement('select hash');
    return this.#vessels.get(vesselId)?.entry(origin, number)?.hash ?? null;
  }

  async countRecords(vesselId: string): Promise<number> {
    await this.#wire.statement('count records');
    return this.#vessels.get(vesselId)?.records.size ?? 0;
  }

  async highestNumbers(vesselId: string): Promise<string[]> {
    await this.#wire.statement('select highest numbers');
    const highest = new Map<string, string>();
    for (const spec of numberedSpecs()) {
      const { first, last } = plausibleNumbers(spec.number.prefix, 0, 'vessel');
      for (const { entity, row } of this.#vessels.get(vesselId)?.records.values() ?? []) {
        const number = entity === spec.entity ? row?.values[spec.number.field] : undefined;
        if (typeof number !== 'string') continue;
        const [year, count] = [number.slice(0, -6), number.slice(-6)];
        if (count < first.slice(-6) || count > last.slice(-6)) continue;
        if (number > (highest.get(year) ?? '')) highest.set(year, number);
      }
    }
    return [...highest.values()];
  }

  async candidates(
    vesselId: string,
    stage: Stage,
    { position, below, limit }: CandidateScope,
  ): Promise<Candidate[]> {
    await this.#wire.statement('select candidates');
    const tables = this.#vessels.get(vesselId);
    const since = new Set(
      (tables?.journal ?? [])
        .filter(({ change }) => change.number > (position[change.origin] ?? 0))
        .map(({ change }) => keyOf(change.entity, change.recordId)),
    );
    return [...(tables?.records.values() ?? [])]
      .map(({ entity, id, row }) => ({ entity, id, row, changed: since.has(keyOf(entity, id)) }))
      .filter(({ entity, id, row, changed }) => {
        const isOfKind = stage.kind === 'bare' || (row !== null && stage.entity === entity);
        return (
          isOfKind &&
          (below === null || id < below) &&
          (changed || belongsTo(stage, entity, row?.values ?? null))
        );
      })
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map(({ entity, id, changed }) => ({ entity, id, changed }));
  }

  async records(vesselId: string, entity: string, ids: readonly string[]): Promise<StoredRecord[]> {
    await this.#wire.statement('select records');
    const records = this.#vessels.get(vesselId)?.records;
    return [...new Set(ids)].flatMap((id) => records?.get(keyOf(entity, id)) ?? []);
  }

  async history(vesselId: string, recordIds: readonly string[]): Promise<JournalEntry[]> {
    await this.#wire.statement('select history');
    return (this.#vessels.get(vesselId)?.journal ?? []).filter(({ change }) =>
      recordIds.includes(change.recordId),
    );
  }
}
