import type { ReactNode } from 'react';
import { formatBytes } from '../../lib/format.ts';
import { dayText, tallest, type Strip } from './usage-figures.ts';
import styles from './usage-chart.module.css';

/** Height of a strip and width of a day in the drawing's own units. */
const height = 32;
const dayWidth = 10;
/** What was sent at all is seen, however little it is beside the most. */
const leastBar = 1.5;

/** What the link took by day and lane: a strip of thin bars for each lane, all to one scale, and the same as a table. */
export function UsageChart(props: {
  label: string;
  month: string;
  today: number | null;
  strips: readonly Strip[];
}): ReactNode {
  const { label, month, today, strips } = props;
  const most = tallest(strips);
  const days = strips[0]?.days.length ?? 0;
  return (
    <figure className={styles.chart} aria-label={label}>
      <div aria-hidden="true">
        {strips.map(({ key, name, days: bytes, total }) => (
          <div key={key} className={styles.strip}>
            <span className={styles.name}>{name}</span>
            <svg
              className={styles.bars}
              viewBox={`0 0 ${days * dayWidth} ${height}`}
              preserveAspectRatio="none"
            >
              {bytes.map((each, place) => {
                const tall = each === 0 ? 0 : Math.max(leastBar, (each / (most?.bytes ?? 1)) * (height - 2));
                const day = dayText(month, place + 1);
                return (
                  <rect
                    key={day}
                    className={place + 1 === today ? styles.today : styles.bar}
                    x={place * dayWidth + 2}
                    y={height - tall}
                    width={dayWidth - 4}
                    height={tall}
                  >
                    <title>{`${name}, ${day}: ${formatBytes(each)}`}</title>
                  </rect>
                );
              })}
              <line className={styles.base} x1="0" x2={days * dayWidth} y1={height} y2={height} />
            </svg>
            <span className={styles.total}>{formatBytes(total)}</span>
          </div>
        ))}
        <div className={styles.strip}>
          <span />
          <svg className={styles.axis} viewBox={`0 0 ${days * dayWidth} 4`} preserveAspectRatio="none">
            {Array.from({ length: days }, (_, place) =>
              isMarked(place + 1) ? (
                <line
                  key={place}
                  className={styles.base}
                  x1={(place + 0.5) * dayWidth}
                  x2={(place + 0.5) * dayWidth}
                  y1="0"
                  y2="4"
                />
              ) : null,
            )}
          </svg>
          <span />
        </div>
        <div className={styles.strip}>
          <span />
          <div className={styles.days}>
            {Array.from({ length: days }, (_, place) => (
              <span key={place}>{isMarked(place + 1) ? place + 1 : ''}</span>
            ))}
          </div>
          <span />
        </div>
      </div>
      <figcaption className={styles.caption}>
        {most === null
          ? 'Nothing went over this link this month.'
          : `Tallest bar: ${formatBytes(most.bytes)} on ${dayText(month, most.day)}.${today === null ? '' : ' Today’s bars are paler.'}`}
      </figcaption>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {strips.map(({ key, name }) => (
              <th key={key} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: days }, (_, place) => place)
            .filter((place) => strips.some(({ days: bytes }) => (bytes[place] ?? 0) > 0))
            .map((place) => (
              <tr key={place}>
                <th scope="row">{dayText(month, place + 1)}</th>
                {strips.map(({ key, days: bytes }) => (
                  <td key={key}>{formatBytes(bytes[place] ?? 0)}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Days that stand under the bars by their number. */
const isMarked = (day: number): boolean => day === 1 || day % 5 === 0;
