import { useEffect, useMemo, useState } from 'react';
import type { RecordSite } from '../site.ts';
import { entityName, type Reference } from './field-labels.ts';
import type { RecordLabels } from './record-labels.ts';

const keyOf = ({ entity, id }: Reference): string => `${entity} ${id}`;

/** What is needed to put the records of a site into words, and to edit them: with the names of `references`. */
export function useLabels(
  { port, time, now }: Pick<RecordSite, 'port' | 'time' | 'now'>,
  references: readonly Reference[],
): RecordLabels {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const wanted = [...new Set(references.map(keyOf))].join();

  useEffect(() => {
    let isWanted = true;
    for (const key of wanted === '' ? [] : wanted.split(',')) {
      const [entity = '', id = ''] = key.split(' ');
      port.get({ entity, id }).then(
        ({ title }) => {
          if (isWanted) setNames((known) => new Map([...known, [key, title]]));
        },
        // Of what cannot be read its kind is said.
        () => {},
      );
    }
    return () => {
      isWanted = false;
    };
  }, [port, wanted]);

  return useMemo(
    () => ({
      nameOf: (entity, id) =>
        names.get(keyOf({ entity, id })) ?? `${entityName(entity).toLowerCase()} not known here`,
      instant: time.instant,
      utc: time.utc,
      instantAt: time.instantAt,
      today: () => time.day(now()),
      find: port.find,
    }),
    [names, time, now, port],
  );
}
