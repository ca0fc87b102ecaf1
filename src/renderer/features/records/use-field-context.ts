import { useEffect, useMemo, useState } from 'react';
import { useDesk, useSession } from '../../lib/desk/context.ts';
import type { FieldContext } from './field-words.ts';

/** Reads what is needed to name the records that `values` of `equipmentId` point to. */
export function useFieldContext(equipmentIds: readonly string[]): FieldContext {
  const { transport } = useDesk();
  const crew = useSession((session) => session.crew);
  const time = useSession((session) => session.time);
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
      crewName: (id) => crew.find((member) => member.id === id)?.name ?? 'somebody not on the list',
      equipmentName: (id) => names.get(id) ?? 'another piece of equipment',
      instant: time.instant,
    }),
    [crew, names, time],
  );
}
