import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { formatAge } from '../../lib/format.ts';
import { useReadAgain } from '../../lib/use-read-again.ts';
import { PlotsOverTime, readAgainMs, type Span } from '../../ui/line-plot/plots-over-time.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { Instant } from '../instant.tsx';
import { useOffice } from '../office.ts';
import { RefusedTable, ShipTable } from './figure-tables.tsx';
import styles from './performance-page.module.css';
import { plotsOf } from './plots.ts';

/** How the gateway does: is it slow, where, and since when. */
export function PerformancePage(): ReactNode {
  const { client, clock, time } = useOffice();
  const [span, setSpan] = useState<Span>('1');
  const read = useCallback(
    () => client.ask('metrics.history', { query: { hours: Number(span) } }),
    [client, span],
  );
  const { value: history, error, retry } = useReadAgain(clock, readAgainMs, read);
  const plots = useMemo(() => (history === null ? [] : plotsOf(history)), [history]);
  if (history === null)
    return error === null ? (
      <p className={styles.note}>Reading…</p>
    ) : (
      <ListProblem title="The figures could not be read" error={error} onRetry={retry}>
        The gateway goes on counting while it runs.
      </ListProblem>
    );
  const note = (
    <>
      Gateway <strong>{history.gateway}</strong>, figures since <Instant at={history.since} brief />,{' '}
      {formatAge(Date.parse(history.now) - Date.parse(history.since))}. They are kept in its memory and begin
      anew with it{error === null ? '.' : '; it has not told new ones since '}
      {error === null ? null : <Instant at={history.now} brief />}
    </>
  );
  return (
    <PlotsOverTime note={note} span={span} onSpan={setSpan} taken={history} plots={plots} time={time}>
      <div className={styles.tables}>
        <ShipTable history={history} />
        <RefusedTable history={history} />
      </div>
    </PlotsOverTime>
  );
}
