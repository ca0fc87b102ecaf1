import type { Change } from '#shared/sync/change.ts';
import type { RecordRef } from '#shore/store/shore-store.ts';
import type { VesselTables } from '../shore/tables.ts';
import type { Ship } from '../world/ship.ts';
import { Broken } from '../world/trace.ts';
import { changesOf } from './changes-of.ts';
import type { Ledger } from './ledger.ts';
import { expectedConflicts, nameOf } from './expected-conflicts.ts';

/** Both values of each conflict of a ship's records stand on both ends. @throws {Broken} */
export function conflictsAreKept(ship: Ship, tables: VesselTables, ledger: Ledger): void {
  const { store } = ship;
  if (store === null) return;
  for (const { entity, id: recordId } of tables.records.values()) {
    const record = { entity, recordId };
    const changes = ledger.changesOf(ship.vesselId, tables, record);
    if (changes === null) continue;
    conflictsAshoreAreKept(tables, record, changes);
    const expected = shown(expectedConflicts(changes));
    const found = shown(
      new Map(store.conflicts.open(record).map(({ field, heads }) => [field, heads.map(nameOf).sort()])),
    );
    if (found !== expected)
      throw new Broken(
        'both values of a conflict are kept',
        `${entity} ${recordId} on board of ${ship.name}: ${found}, and should be ${expected}`,
      );
  }
}

/** @throws {Broken} */
export function conflictsAshoreAreKept(
  tables: VesselTables,
  record: RecordRef,
  changes: readonly Change[] = changesOf(tables, record),
): void {
  const { entity, recordId } = record;
  const found = new Map<string, string[]>();
  for (const conflict of tables.conflicts.values())
    if (conflict.entity === entity && conflict.recordId === recordId && conflict.settledAt === null)
      found.set(conflict.field, conflict.heads.map(nameOf).sort());
  const expected = shown(expectedConflicts(changes));
  if (shown(found) !== expected)
    throw new Broken(
      'both values of a conflict are kept',
      `${entity} ${recordId} ashore: ${shown(found)}, and should be ${expected}`,
    );
}

function shown(conflicts: ReadonlyMap<string, readonly string[]>): string {
  return JSON.stringify([...conflicts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
