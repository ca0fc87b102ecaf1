import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { type RecordLabels, namesBy } from '../../features/records/record-labels.ts';
import { useOffice } from '../office.ts';
import { useEquipmentFinder } from '../orders/use-equipment-finder.ts';

/** Reads what is needed to put a vessel's records into words: its crew, and the equipment named by `equipmentIds`. */
export function useVesselLabels(vesselId: string, equipmentIds: readonly string[]): RecordLabels {
  const { client, clock, fleet, time } = useOffice();
  const findEquipment = useEquipmentFinder(vesselId);
  const crew = useStore(fleet.store, (state) => state.crew.get(vesselId));
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const wanted = equipmentIds.join();
  useEffect(() => fleet.needCrew(vesselId), [fleet, vesselId]);
  useEffect(() => {
    let isWanted = true;
    for (const id of wanted === '' ? [] : wanted.split(',')) {
      client.ask('equipment.get', { params: { id }, query: { vessel: vesselId } }).then(
        ({ code, name }) => {
          if (isWanted) setNames((known) => new Map([...known, [id, `${code} ${name}`]]));
        },
        // A name that cannot be read leaves 'another piece of equipment' standing.
        () => {},
      );
    }
    return () => {
      isWanted = false;
    };
  }, [client, vesselId, wanted]);
  return useMemo(
    () => ({
      nameOf: namesBy({
        crew_member: (id) => crew?.find((member) => member.id === id)?.name ?? 'somebody not on the list',
        equipment: (id) => names.get(id) ?? 'another piece of equipment',
      }),
      instant: time.instant,
      utc: time.utc,
      today: () => time.day(clock.now()),
      crew: crew ?? [],
      findEquipment,
    }),
    [crew, names, time, clock, findEquipment],
  );
}
