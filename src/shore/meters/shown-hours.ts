import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { meterIdOf, readingIdOf } from '#shared/meters/ids.ts';
import { runningHoursOf } from '#shared/meters/running-hours.ts';
import { readingOf } from '#shared/records/meter-standing.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { meterReadingSpec } from '#shared/records/meter-reading.ts';
import type { FieldValues } from '#shared/records/record.ts';
import { decodeState } from '#shared/sync/record-state-json.ts';
import { type Executor, rowsOf } from '../store/database.ts';
import { rowsFor } from '../store/record-rows.ts';

const ofVessel = { vessel_id: z.string(), id: z.string() };
const meterRow = z.object({ ...ofVessel, equipment_id: z.string(), unit: z.string(), deleted: z.boolean() });
const stateRow = z.object({ ...ofVessel, state: z.object({}).loose(), row: z.unknown() });
const readingRow = z.object({ ...ofVessel, meter_id: z.string(), row: z.unknown() });

interface Key {
  vesselId: string;
  id: string;
}

/**
 * What is shown as the running hours of equipment: what its meters have counted, and not the field of that name. As on board, of
 * each meter those readings are read on which it hangs where the meter stands (`shared/records/meter-standing.ts`).
 */
export async function shownHours(executor: Executor, equipment: readonly Key[]): Promise<FieldValues[]> {
  const meters = await rowsOf(
    executor,
    sql`select m.vessel_id, m.id, m.equipment_id, m.unit, m.deleted from ${asked(equipment)}
        join meter as m on m.vessel_id = a.vessel_id and m.equipment_id = a.id`,
    meterRow,
  );
  if (meters.length === 0) return [];
  const ofEach = Map.groupBy(meters, (meter) =>
    keyText({ vesselId: meter.vessel_id, id: meter.equipment_id }),
  );
  const metered = equipment.filter((each) => ofEach.has(keyText(each)));
  const heads = new Map(
    (
      await rowsOf(
        executor,
        sql`select v.vessel_id, v.record_id as id, v.state, row_to_json(e.*) as row from ${asked(metered)}
            join sync_versions as v on v.vessel_id = a.vessel_id and v.record_id = a.id
              and v.entity = ${equipmentSpec.entity}
            join equipment as e on e.vessel_id = a.vessel_id and e.id = a.id`,
        stateRow,
      )
    ).map(({ vessel_id: vesselId, id, state, row }) => {
      const { values } = rowsFor(equipmentSpec.entity).fromJson(row);
      return [
        keyText({ vesselId, id }),
        decodeState(equipmentSpec, state, values).heads['runningHours'] ?? [],
      ];
    }),
  );
  const taken = metered.flatMap(({ vesselId, id }) =>
    (heads.get(keyText({ vesselId, id })) ?? []).map(({ stamp }) => ({
      vesselId,
      id: readingIdOf(meterIdOf(id), stamp),
    })),
  );
  const read = await readingsThatCount(
    executor,
    meters.map(({ vessel_id: vesselId, id }) => ({ vesselId, id })),
    taken,
  );
  return equipment.map((each) => {
    const its = ofEach.get(keyText(each));
    if (its === undefined) return {};
    const shown = its.map(({ vessel_id: vesselId, id, unit, deleted }) => ({
      id,
      unit,
      deleted,
      readings: (read.get(keyText({ vesselId, id })) ?? []).map((row) =>
        readingOf(row.id, rowsFor(meterReadingSpec.entity).fromJson(row.row).values),
      ),
    }));
    return { runningHours: runningHoursOf(each.id, shown, heads.get(keyText(each)) ?? []) };
  });
}

/** By meter: all that are not plain, those that they set right, and the last of the rest; besides those that are `taken`. */
async function readingsThatCount(
  executor: Executor,
  meters: readonly Key[],
  taken: readonly Key[],
): Promise<ReadonlyMap<string, z.output<typeof readingRow>[]>> {
  const rows = await rowsOf(
    executor,
    sql`with m as (select a.vessel_id, a.id from ${asked(meters)}),
        special as (
          select s.vessel_id, s.id, s.corrects from m join meter_reading as s
            on s.vessel_id = m.vessel_id and s.meter_id = m.id and s.kind in ('correction', 'replaced') and not s.deleted),
        wanted as (
          select vessel_id, id from special
          union select vessel_id, corrects from special where corrects is not null
          union select a.vessel_id, a.id from ${asked(taken)}
          union select m.vessel_id, last.id from m cross join lateral (
            select x.id from meter_reading as x
            where x.vessel_id = m.vessel_id and x.meter_id = m.id and not x.deleted and x.kind = 'reading'
              and not exists (select 1 from special as c where c.vessel_id = m.vessel_id and c.corrects = x.id)
            order by x.read_at desc, x.id desc limit 1) as last)
        select r.vessel_id, r.id, r.meter_id, row_to_json(r.*) as row from wanted
          join meter_reading as r on r.vessel_id = wanted.vessel_id and r.id = wanted.id and not r.deleted`,
    readingRow,
  );
  return Map.groupBy(rows, ({ vessel_id: vesselId, meter_id: id }) => keyText({ vesselId, id }));
}

const asked = (keys: readonly Key[]) =>
  sql`json_to_recordset(${JSON.stringify(keys.map(({ vesselId, id }) => ({ vessel_id: vesselId, id })))}::json)
    as a (vessel_id text, id text)`;

const keyText = ({ vesselId, id }: Key): string => `${vesselId} ${id}`;
