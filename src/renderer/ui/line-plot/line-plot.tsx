import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './line-plot.module.css';
import { drawLabels } from './direct-labels.ts';
import { PlotTable } from './plot-table.tsx';

export interface Line {
  name: string;
  /** One for each point in time; null where there was none. */
  values: readonly (number | null)[];
}

export interface LinePlotProps {
  label: string;
  /** Milliseconds since 1970, growing. */
  at: readonly number[];
  /** Milliseconds from one point to the next; a longer pause is a gap in the lines. */
  everyMs: number;
  /** The first is drawn full, others dashed, each with its name at its end. */
  lines: readonly Line[];
  /** A value with its unit. */
  format: (value: number) => string;
  /** A point in time under the plot, by the clock of the page: `14:02`. */
  formatTick: (at: number) => string;
  /** A point in time for the table behind the plot. */
  formatTime: (at: number) => string;
}

const height = 128;
/** Room for a name and a figure at the end of a line. */
const labelRoom = 104;
/** Seconds between marks of time: never less than a minute, which is what a clock on the wall shows. */
const steps = [60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 21_600];
const dashes = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 4]];

/** Figures over time: thin lines with their names at their ends, in the colours of the theme, and the same as a table. */
export function LinePlot(props: LinePlotProps): ReactNode {
  const { label, at, everyMs, lines, format, formatTick, formatTime } = props;
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    let plot: uPlot | null = null;
    const draw = (): void => {
      plot?.destroy();
      plot = new uPlot(
        optionsFor(element, { lines, format, formatTick }),
        dataOf(at, everyMs, lines),
        element,
      );
    };
    draw();
    const resized = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    // Canvas knows no variables: it is drawn again when the theme is another.
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot?.destroy();
    };
  }, [at, everyMs, lines, format, formatTick]);
  return (
    <figure className={styles.plot} aria-label={label}>
      <figcaption className={styles.label}>{label}</figcaption>
      <div ref={holder} className={styles.drawing} aria-hidden="true" />
      <PlotTable label={label} at={at} lines={lines} format={format} formatTime={formatTime} />
    </figure>
  );
}

/** Times in seconds and values, with an empty point in each pause, so that no line is drawn over it. */
function dataOf(at: readonly number[], everyMs: number, lines: readonly Line[]): uPlot.AlignedData {
  const times: number[] = [];
  const values: (number | null)[][] = lines.map(() => []);
  at.forEach((each, place) => {
    const before = at[place - 1];
    if (before !== undefined && each - before > 2.5 * everyMs) {
      times.push((before + everyMs) / 1_000);
      for (const list of values) list.push(null);
    }
    times.push(each / 1_000);
    lines.forEach((line, index) => values[index]?.push(line.values[place] ?? null));
  });
  return [times, ...values];
}

function optionsFor(
  element: HTMLElement,
  { lines, format, formatTick }: Pick<LinePlotProps, 'lines' | 'format' | 'formatTick'>,
): uPlot.Options {
  const look = getComputedStyle(element);
  const colour = (name: string): string => look.getPropertyValue(name).trim();
  const muted = colour('--text-muted');
  const font = `12px ${look.fontFamily}`;
  const axis: uPlot.Axis = {
    stroke: muted,
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 4 },
  };
  return {
    width: element.clientWidth,
    height,
    padding: [8, labelRoom, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        space: 72,
        size: 24,
        incrs: [...steps],
        values: (_plot, marks) => marks.map((mark) => formatTick(mark * 1_000)),
      },
      {
        ...axis,
        space: 32,
        size: 64,
        values: (_plot, marks) => differing(marks.map((mark) => format(mark))),
      },
    ],
    series: [
      {},
      ...lines.map((_, place): uPlot.Series => ({
        stroke: place === 0 ? colour('--accent') : colour('--text'),
        width: 1,
        dash: dashes[place % dashes.length] ?? [],
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      draw: [
        (plot) => drawLabels(plot, { names: lines.map(({ name }) => name), font, colour: muted, format }),
      ],
    },
  };
}

/** Marks that read the same say nothing. */
function differing(texts: readonly string[]): string[] {
  return texts.map((text, place) => (text === texts[place - 1] ? '' : text));
}
