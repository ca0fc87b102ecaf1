import { useEffect, useMemo, useState } from 'react';
import { useAppServices, useSession } from '../../lib/app-services/context.ts';
import { useEquipmentFinder } from '../work-orders/form/use-equipment-finder.ts';
import { type RecordLabels, namesBy } from './record-labels.ts';

/** Reads what is needed to put records into words, and to edit them: the crew, and equipment named by `equipmentIds`. */
export function useRecordLabels(equipmentIds: readonly string[]): RecordLabels {
  const { transport, session } = useAppServices();
  const crew = useSession((known) => known.crew);
  const time = useSession((known) => known.time);
  const findEquipment = useEquipmentFinder();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const wanted = equipmentIds.join();

  useEffect(() => {
    let isWanted = true;
    for (const id of wanted === '' ? [] : wanted.split(',')) {
      transport.call('equipment.get', { id }).then(
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
  }, [transport, wanted]);

  return useMemo(
    () => ({
      nameOf: namesBy({
        crew_member: (id) => crew.find((member) => member.id === id)?.name ?? 'somebody not on the list',
        equipment: (id) => names.get(id) ?? 'another piece of equipment',
      }),
      instant: time.instant,
      utc: time.utc,
      today: () => time.day(session.now()),
      crew,
      findEquipment,
    }),
    [crew, names, time, session, findEquipment],
  );
}
