import type { ReactNode } from 'react';
import type { RecordWords } from './record-words.ts';

/** An instant in the time of whoever reads, with UTC on hover. */
export function Moment({
  at,
  words,
}: {
  at: string;
  words: Pick<RecordWords, 'instant' | 'utc'>;
}): ReactNode {
  return (
    <time className="tabular" dateTime={at} title={words.utc(at)}>
      {words.instant(at)}
    </time>
  );
}
