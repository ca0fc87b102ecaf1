import { z } from 'zod';
import { readingIdOf, meterIdOf } from '#shared/meters/ids.ts';
import { runningHoursOf } from '#shared/meters/running-hours.ts';
import type { Reading } from '#shared/records/meter-standing.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { decodeState } from '#shared/sync/record-state-json.ts';
import type { ShownInstead } from '../records/record-queries.ts';
import type { ReadableDatabase } from '../store/database.ts';

const meters = z.array(
  z.object({ id: z.string(), equipment_id: z.string(), unit: z.string(), deleted: z.number() }),
);
const readings = z.array(
  z.object({
    id: z.string(),
    meter_id: z.string(),
    kind: z.enum(['reading', 'correction', 'replaced']),
    value: z.number(),
    read_at: z.string(),
    corrects: z.string().nullable(),
    last_value: z.number().nullable(),
  }),
);

/**
 * Of each meter the readings on which it hangs where the meter stands (`shared/records/meter-standing.ts`): all that are not plain, those
 * that they set right, and the last of the rest; besides those with the ids in `@taken`.
 */
const readingsThatCount = `
WITH m AS (SELECT value AS id FROM json_each(@meters)),
special AS (
  SELECT s.id, s.corrects FROM m CROSS JOIN meter_reading AS s
  ON s.meter_id = m.id AND s.kind IN ('correction', 'replaced') AND s.deleted = 0)
SELECT id, meter_id, kind, value, read_at, corrects, last_value FROM meter_reading
WHERE deleted = 0 AND id IN (
  SELECT id FROM special UNION SELECT corrects FROM special UNION SELECT value FROM json_each(@taken)
  UNION SELECT (
    SELECT x.id FROM meter_reading AS x
    WHERE x.meter_id = m.id AND x.deleted = 0 AND x.kind = 'reading' AND NOT EXISTS (
      SELECT 1 FROM meter_reading AS c
      WHERE c.meter_id = m.id AND c.kind IN ('correction', 'replaced') AND c.deleted = 0 AND c.corrects = x.id)
    ORDER BY x.read_at DESC, x.id DESC LIMIT 1) FROM m)`;

/** What is shown as the running hours of equipment: what its meters have counted, and not the field of that name. */
export function shownHours(connection: ReadableDatabase): ShownInstead {
  const ofEquipment = connection.prepare(
    'SELECT id, equipment_id, unit, deleted FROM meter WHERE equipment_id IN (SELECT value FROM json_each(?))',
  );
  const thatCount = connection.prepare(readingsThatCount);
  return (equipment) => {
    const found = meters.parse(ofEquipment.all(JSON.stringify(equipment.map(({ id }) => id))));
    const ofEach = Map.groupBy(found, (meter) => meter.equipment_id);
    const metered = equipment.flatMap(({ id, values, versions }) => {
      const its = ofEach.get(id);
      if (its === undefined) return [];
      return [
        { id, meters: its, old: decodeState(equipmentSpec, versions, values).heads['runningHours'] ?? [] },
      ];
    });
    if (metered.length === 0) return new Map();
    const taken = metered.flatMap(({ id, old }) => old.map(({ stamp }) => readingIdOf(meterIdOf(id), stamp)));
    const rows = readings.parse(
      thatCount.all({ meters: JSON.stringify(found.map(({ id }) => id)), taken: JSON.stringify(taken) }),
    );
    const byMeter = Map.groupBy(rows, (row) => row.meter_id);
    return new Map(
      metered.map(({ id, meters: its, old }) => {
        const read = its.map((meter) => ({
          id: meter.id,
          unit: meter.unit,
          deleted: meter.deleted !== 0,
          readings: (byMeter.get(meter.id) ?? []).map(toReading),
        }));
        return [id, { runningHours: runningHoursOf(id, read, old) }];
      }),
    );
  };
}

function toReading({
  id,
  kind,
  value,
  read_at,
  corrects,
  last_value,
}: z.output<typeof readings>[number]): Reading {
  return { id, kind, value, readAt: read_at, corrects, lastValue: last_value };
}
