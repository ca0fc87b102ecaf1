import { useEffect, useState } from 'react';
import type { ReachedDeclaration } from '../kinds.ts';
import type { FirstRecords } from '../port.ts';
import { useRecordSite } from '../site.ts';

/**
 * The first records of a kind whose records are reached from this one, read again whenever one of the kind changes; null until they
 * were read. Those of a moment come newest first.
 */
export function useFirst(spec: ReachedDeclaration, id: string, most: number): FirstRecords | null {
  const { port } = useRecordSite();
  const [found, setFound] = useState<FirstRecords | null>(null);
  useEffect(() => {
    let isWanted = true;
    const sort = spec.sort ?? spec.title[0];
    const type = spec.fields[sort]?.type;
    const read = (): void => {
      port
        .first(
          spec.entity,
          {
            filter: { [spec.reachedFrom]: [id] },
            sort,
            direction: type === 'instant' || type === 'day' ? 'desc' : 'asc',
          },
          most,
        )
        .then(
          (first) => {
            if (isWanted) setFound(first);
          },
          // The pane says by itself when the other end does not answer.
          () => {},
        );
    };
    read();
    const stop = port.onChanged(({ entity }) => {
      if (entity === null || entity === spec.entity) read();
    });
    return () => {
      isWanted = false;
      stop();
    };
  }, [port, spec, id, most]);
  return found;
}
