import type { ReactNode } from 'react';
import { readingOf, standingOf } from '#shared/records/meter-standing.ts';
import { meterReadingSpec } from '#shared/records/meter-reading.ts';
import { meterSpec } from '#shared/records/meter.ts';
import { formatHours, formatNumber } from '../../lib/format.ts';
import type { SeenRecord } from '../port.ts';
import { useRecordSite } from '../site.ts';
import { Moment } from '../words/moment.tsx';
import styles from './line-section.module.css';
import { useFirst } from './use-first.ts';

/** As many readings as are read at once; a meter seldom has more. */
const mostRead = 500;

/** What a meter shows by its readings, and when it was read. */
export function MeterShows({ record }: { record: SeenRecord }): ReactNode {
  const { time } = useRecordSite();
  const first = useFirst(meterReadingSpec, record.id, mostRead);
  // It keeps its room meanwhile: what stands beside it must not move under somebody's finger.
  if (first === null) return <span className={styles.waiting} aria-hidden="true" />;
  const standing = standingOf(first.items.map(({ id, values }) => readingOf(id, values)));
  if (standing === null) return <span className={styles.quiet}>Not read yet</span>;
  const { shown, total, readAt } = standing;
  const words = (value: number): string => countedWords(record.values['unit'], value);
  return (
    <>
      <span className={styles.shown}>{words(shown)}</span>
      {/* What was replaced before the readings that were read here is not in the sum. */}
      {total === shown || first.hasMore ? null : (
        <span className={styles.read}>{`${words(total)} in all`}</span>
      )}
      <span className={styles.read}>
        <Moment at={readAt} words={time} />
      </span>
    </>
  );
}

/** `16,420 h`, `312 starts`. */
function countedWords(unit: unknown, value: number): string {
  if (unit === 'hours') return formatHours(value);
  const words = Object.entries(meterSpec.fields.unit.words).find(([each]) => each === unit)?.[1];
  return `${formatNumber(value)} ${(words ?? String(unit)).toLowerCase()}`;
}
