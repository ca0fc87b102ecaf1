import { useCallback, useEffect, useState } from 'react';
import { linesOf } from '#shared/records/lines.ts';
import { CallError } from '../../lib/transport/transport.ts';
import { type RecordName, type SeenDetail, concerns } from '../port.ts';
import { useRecordSite } from '../site.ts';

export interface ReadRecord {
  /** As it was last read; null before that, and once it is gone. */
  record: SeenDetail | null;
  /** Why it could not be read the last time. */
  error: CallError | null;
  readAgain: () => void;
}

/** Reads a record with its lines, and again whenever one of them changes. */
export function useRecord({ entity, id }: RecordName): ReadRecord {
  const { port } = useRecordSite();
  const [state, setState] = useState<Pick<ReadRecord, 'record' | 'error'>>({ record: null, error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const read = (): void => {
      port.get({ entity, id }).then(
        (record) => {
          if (isWanted) setState({ record, error: null });
        },
        (error: unknown) => {
          if (!isWanted || !(error instanceof CallError)) return;
          // What was read stays in sight while the other end does not answer.
          setState((before) => ({ record: error.code === 'not_found' ? null : before.record, error }));
        },
      );
    };
    read();
    const lines = new Set(linesOf(entity).map((line) => line.entity));
    const stop = port.onChanged((change) => {
      // Whose line it is, the word of a change does not say.
      const isLine = change.entity !== null && lines.has(change.entity);
      if (isLine || concerns(change, { entity, id })) read();
    });
    return () => {
      isWanted = false;
      stop();
    };
  }, [port, entity, id, attempt]);
  const readAgain = useCallback(() => setAttempt((before) => before + 1), []);
  return { ...state, readAgain };
}
