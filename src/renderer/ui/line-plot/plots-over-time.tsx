import { type ReactNode, useCallback } from 'react';
import type { ShipTime } from '../../lib/format.ts';
import { classNames } from '../class-names.ts';
import { TabBar } from '../tab-bar.tsx';
import { type Line, LinePlot } from './line-plot.tsx';
import styles from './plots-over-time.module.css';

/** One plot of a page of plots. */
export interface Plot {
  label: string;
  lines: Line[];
  format: (value: number) => string;
}

const spans = [
  { value: '1', label: 'Last hour' },
  { value: '6', label: '6 hours' },
  { value: '24', label: 'Day' },
] as const;
/** Hours that are looked at. */
export type Span = (typeof spans)[number]['value'];

/** From one reading of the figures to the next, ms. */
export const readAgainMs = 10_000;

/** What is told of a program in figures over time: a note on where they come from, how far back, and the plots. */
export function PlotsOverTime(props: {
  note: ReactNode;
  span: Span;
  onSpan: (span: Span) => void;
  /** When each figure was taken, and milliseconds from one to the next. */
  taken: { at: readonly number[]; everyMs: number };
  plots: readonly Plot[];
  time: ShipTime;
  /** Under a page's heading and tabs, with which it lines up. */
  isInTab?: boolean;
  children?: ReactNode;
}): ReactNode {
  const { note, span, onSpan, taken, plots, time, isInTab = false, children } = props;
  const tick = useCallback((at: number) => time.brief(new Date(at).toISOString(), at), [time]);
  return (
    <div className={classNames(styles.page, isInTab && styles.inTab)}>
      <div className={styles.top}>
        <p className={styles.note}>{note}</p>
        <TabBar label="How far back" value={span} tabs={spans} onChange={onSpan} />
      </div>
      <div className={styles.plots}>
        {plots.map(({ label, lines, format }) => (
          <LinePlot
            key={label}
            label={label}
            at={taken.at}
            everyMs={taken.everyMs}
            lines={lines}
            format={format}
            formatTick={tick}
            formatTime={(at) => time.instant(new Date(at).toISOString())}
          />
        ))}
      </div>
      {children}
    </div>
  );
}
