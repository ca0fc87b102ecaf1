import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { MetricsHistory } from '#shared/office/metrics.ts';
import { formatAge } from '../../lib/format.ts';
import { LinePlot } from '../../ui/line-plot/line-plot.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { TabBar } from '../../ui/tab-bar.tsx';
import { Instant } from '../instant.tsx';
import { useOffice } from '../office.ts';
import { RefusedTable, ShipTable } from './figure-tables.tsx';
import styles from './performance-page.module.css';
import { plotsOf } from './plots.ts';
import { useHistory } from './use-history.ts';

const spans = [
  { value: '1', label: 'Last hour' },
  { value: '6', label: '6 hours' },
  { value: '24', label: 'Day' },
] as const;
type Span = (typeof spans)[number]['value'];

/** How the gateway does: is it slow, where, and since when. */
export function PerformancePage(): ReactNode {
  const [span, setSpan] = useState<Span>('1');
  const { history, error, retry } = useHistory(Number(span));
  if (history === null)
    return error === null ? (
      <p className={styles.note}>Reading…</p>
    ) : (
      <ListProblem title="The figures could not be read" error={error} onRetry={retry}>
        The gateway goes on counting while it runs.
      </ListProblem>
    );
  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <p className={styles.note}>
          Gateway <strong>{history.gateway}</strong>, figures since <Instant at={history.since} brief />,{' '}
          {formatAge(Date.parse(history.now) - Date.parse(history.since))}. They are kept in its memory and
          begin anew with it{error === null ? '.' : '; it has not told new ones since '}
          {error === null ? null : <Instant at={history.now} brief />}
        </p>
        <TabBar label="How far back" value={span} tabs={spans} onChange={setSpan} />
      </div>
      <Plots history={history} />
      <div className={styles.tables}>
        <ShipTable history={history} />
        <RefusedTable history={history} />
      </div>
    </div>
  );
}

function Plots({ history }: { history: MetricsHistory }): ReactNode {
  const { time } = useOffice();
  const plots = useMemo(() => plotsOf(history), [history]);
  const tick = useCallback((at: number) => time.brief(new Date(at).toISOString(), at), [time]);
  return (
    <div className={styles.plots}>
      {plots.map(({ label, lines, format }) => (
        <LinePlot
          key={label}
          label={label}
          at={history.at}
          everyMs={history.everyMs}
          lines={lines}
          format={format}
          formatTick={tick}
          formatTime={(at) => time.instant(new Date(at).toISOString())}
        />
      ))}
    </div>
  );
}
