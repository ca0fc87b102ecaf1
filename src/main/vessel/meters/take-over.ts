import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { takeOverHours, type TakenOver } from '#shared/meters/take-over-hours.ts';
import type { Cancel } from '#shared/ports.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { meterReadingSpec } from '#shared/records/meter-reading.ts';
import { meterSpec } from '#shared/records/meter.ts';
import { decodeState } from '#shared/sync/record-state-json.ts';
import { type RecordUnit, recordAndPublish } from '../store/record-and-publish.ts';
import { readSnapshotProgress } from '../store/records/snapshot-progress.ts';
import type { VesselStore } from '../store/vessel-store.ts';

/** Records that one transaction writes: what people do waits no longer than these take. */
const recordsAtOnce = 100;
/** Between two transactions, for what people do. */
const pauseMs = 20;
/** Records are still to come from shore, their meters among them. */
const snapshotPauseMs = 60_000;

const ids = z.array(z.string());

/**
 * Makes meters of the running hours that stand at equipment which never had a meter of hours, each with its history: at the start, beside
 * everything else and a few records at a time, journalled like what people write.
 *
 * A meter is written after its readings, so where it is there all of it is: whoever was interrupted goes on, and nothing else has
 * to be remembered. In the bulk lane, so that nobody's work waits on the link behind years of readings.
 */
export class HoursTakeOver {
  readonly #store: VesselStore;
  readonly #device: string;
  readonly #without: Statement;
  #after = '';
  #taken = 0;
  #next: Cancel | null = null;

  constructor(store: VesselStore, device: string) {
    this.#store = store;
    this.#device = device;
    this.#without = store.connection
      .prepare(
        `SELECT id FROM equipment AS e WHERE id > ? AND deleted = 0 AND running_hours IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM meter WHERE equipment_id = e.id AND unit = 'hours') ORDER BY id LIMIT ${recordsAtOnce}`,
      )
      .pluck();
  }

  /** Begins where there is something to do, in the turns to come. */
  start(): void {
    if (this.#isSnapshotUnderWay() || this.#idsWithout().length > 0) this.#later(0);
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  #later(ms: number): void {
    this.#next = this.#store.environment.after(ms, () => this.#step());
  }

  #step(): void {
    if (this.#isSnapshotUnderWay()) return this.#later(snapshotPauseMs);
    const found = this.#idsWithout();
    if (found.length > 0) {
      this.#write(found);
      return this.#later(pauseMs);
    }
    this.#next = null;
    if (this.#taken > 0)
      this.#store.environment.log.info({ meters: this.#taken }, 'meters were made of running hours');
  }

  #write(equipment: readonly string[]): void {
    const by = { actor: { id: null, name: 'ARUS' }, device: this.#device, lane: 'bulk' } as const;
    const { after, taken } = recordAndPublish(this.#store, by, (unit) => {
      const done = { after: this.#after, taken: this.#taken };
      let room = recordsAtOnce;
      for (const id of equipment) {
        room -= this.#takeOver(unit, id, room);
        if (room <= 0) break;
        done.after = id;
        done.taken += 1;
      }
      return done;
    });
    this.#after = after;
    this.#taken = taken;
  }

  /** @returns how many records it wrote, at most `room`; as many where there is more to do */
  #takeOver(unit: RecordUnit, equipmentId: string, room: number): number {
    const { id, values, readings } = this.#madeOf(unit, equipmentId);
    const missing = readings.filter((reading) => unit.get(meterReadingSpec.entity, reading.id) === null);
    for (const reading of missing.slice(0, room))
      unit.create(meterReadingSpec.entity, reading.id, reading.values);
    if (missing.length >= room) return room;
    // One that was put on another piece stays there.
    if (unit.get(meterSpec.entity, id) !== null) return missing.length;
    unit.create(meterSpec.entity, id, values);
    return missing.length + 1;
  }

  #madeOf(unit: RecordUnit, equipmentId: string): TakenOver {
    const { entity } = equipmentSpec;
    const stored = unit.get(entity, equipmentId);
    const heads =
      stored === null ? [] : decodeState(equipmentSpec, stored.versions, stored.values).heads['runningHours'];
    const journalled = this.#store.journal.ofRecord(entity, equipmentId);
    const applied = journalled.flatMap((entry) => (entry.applied === 'applied' ? entry.change : []));
    const before = this.#store.base.get(entity, equipmentId)?.history ?? [];
    return takeOverHours(equipmentId, [...before, ...applied], heads ?? []);
  }

  #idsWithout(): string[] {
    return ids.parse(this.#without.all(this.#after));
  }

  #isSnapshotUnderWay(): boolean {
    return readSnapshotProgress(this.#store.settings).kind === 'under way';
  }
}
