import type { ReactNode } from 'react';
import type { LinePlotProps } from './line-plot.tsx';

/** Rows of the table; a day of points read aloud would be no help to anybody. */
const mostRows = 24;

/** The plot for those who do not see it. */
export function PlotTable(props: Omit<LinePlotProps, 'everyMs' | 'formatTick'>): ReactNode {
  const { label, at, lines, format, formatTime } = props;
  const step = Math.max(1, Math.ceil(at.length / mostRows));
  const places = at.map((_, place) => place).filter((place) => (at.length - 1 - place) % step === 0);
  return (
    <table className="visually-hidden">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          {lines.map(({ name }) => (
            <th key={name} scope="col">
              {name === '' ? label : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {places.map((place) => (
          <tr key={at[place]}>
            <th scope="row">{formatTime(at[place] ?? 0)}</th>
            {lines.map(({ name, values }) => {
              const value = values[place] ?? null;
              return <td key={name}>{value === null ? 'not known' : format(value)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
