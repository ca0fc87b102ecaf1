import type { ReactNode } from 'react';
import type { RecordLabels } from './record-labels.ts';

/** An instant in the time of whoever reads, with UTC on hover. */
export function Moment({
  at,
  words,
}: {
  at: string;
  words: Pick<RecordLabels, 'instant' | 'utc'>;
}): ReactNode {
  return (
    <time className="tabular" dateTime={at} title={words.utc(at)}>
      {words.instant(at)}
    </time>
  );
}
