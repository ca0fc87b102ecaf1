import { canonicalText, type Change } from '#shared/sync/change.ts';
import { validateChange } from '#shared/sync/validity.ts';
import { changesOf } from './changes-of.ts';
import type { RecordRef } from '#shore/store/shore-store.ts';
import { keyOf, type VesselTables } from '../shore/tables.ts';

/** Every change that was ever ashore, whatever became of that database: what records tell of that come without changes. */
export class Ledger {
  readonly #records = new Map<string, Map<string, Change[]>>();
  /** By vessel and name, what came first under it. */
  readonly #texts = new Map<string, string>();
  readonly #givenTwice = new Set<string>();

  note(vesselId: string, changes: readonly Change[]): void {
    for (const change of changes) {
      const key = `${vesselId} ${keyOf(change.entity, change.recordId)}`;
      const record = this.#records.get(key) ?? new Map<string, Change[]>();
      this.#records.set(key, record);
      const name = `${change.origin}#${change.number}`;
      const known = record.get(name) ?? [];
      const text = canonicalText(change);
      const full = `${vesselId} ${name}`;
      const first = this.#texts.get(full);
      if (first === undefined) this.#texts.set(full, text);
      else if (first !== text) this.#givenTwice.add(full);
      if (!known.some((each) => canonicalText(each) === text)) record.set(name, [...known, change]);
    }
  }

  /** Whether two changes were ever ashore under the name of this one. */
  isGivenTwice(vesselId: string, { origin, number }: Change): boolean {
    return this.#givenTwice.has(`${vesselId} ${origin}#${number}`);
  }

  /** Whether a change of the record with this time was ever ashore. */
  knowsOfTime(vesselId: string, { entity, recordId }: RecordRef, time: number): boolean {
    const known = [...(this.#records.get(`${vesselId} ${keyOf(entity, recordId)}`)?.values() ?? [])].flat();
    return known.some((change) => change.time === time);
  }

  /**
   * The changes that made a record as it is ashore, those among them that came by their outcome alone.
   * @returns null where nobody can tell what is in the record: a number was given twice, or its outcome bears a name under which
   *   nothing ever came (`detach-base.ts`)
   */
  changesOf(vesselId: string, tables: VesselTables, record: RecordRef): Change[] | null {
    const changes = changesOf(tables, record);
    const key = keyOf(record.entity, record.recordId);
    const base = tables.records.get(key)?.base;
    if (base === undefined) return changes;
    const there = new Set(changes.map(({ origin, number }) => `${origin}#${number}`));
    for (const [name, known] of this.#records.get(`${vesselId} ${key}`) ?? []) {
      const [change, another] = known;
      if (change === undefined || there.has(name)) continue;
      if (change.number > (tables.origins.get(change.origin)?.base?.number ?? 0)) continue;
      // The other one may have changed another record, and left this one as it was.
      if (another !== undefined || this.isGivenTwice(vesselId, change)) return null;
      if (validateChange(change).decision === 'park') continue;
      changes.push(change);
    }
    return Object.keys(base.state.t).every((origin) => changes.some((change) => change.origin === origin))
      ? changes
      : null;
  }
}
