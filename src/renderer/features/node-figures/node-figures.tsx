import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { NodeHistory } from '#shared/contract/node.ts';
import { useDesk, useSession } from '../../lib/desk/context.ts';
import { formatAge, formatBytes, formatCount } from '../../lib/format.ts';
import type { Cancel } from '../../lib/clock.ts';
import { type Line, LinePlot } from '../../ui/line-plot/line-plot.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { TabBar } from '../../ui/tab-bar.tsx';
import { When } from '../../ui/when.tsx';
import styles from './node-figures.module.css';

const spans = [
  { value: '1', label: 'Last hour' },
  { value: '6', label: '6 hours' },
  { value: '24', label: 'Day' },
] as const;
type Span = (typeof spans)[number]['value'];
const againMs = 10_000;

/** How the node on this computer does: is it slow, does it grow, is the disk filling. */
export function NodeFigures(): ReactNode {
  const [span, setSpan] = useState<Span>('1');
  const { history, error, retry } = useNodeHistory(Number(span));
  const time = useSession((session) => session.time);
  const plots = useMemo(() => (history === null ? [] : plotsOf(history)), [history]);
  const tick = useCallback((at: number) => time.brief(new Date(at).toISOString(), at), [time]);
  if (history === null)
    return error === null ? (
      <p className="visually-hidden" role="status">
        Reading…
      </p>
    ) : (
      <ListProblem title="The figures could not be read" error={error} onRetry={retry}>
        The node goes on counting while it runs.
      </ListProblem>
    );
  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <p className={styles.note}>
          The node on this computer, figures since <When at={history.since} brief />. They are kept in its
          memory, begin anew with it, and never go over the link.
        </p>
        <TabBar label="How far back" value={span} tabs={spans} onChange={setSpan} />
      </div>
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
    </div>
  );
}

function useNodeHistory(hours: number): {
  history: NodeHistory | null;
  error: Error | null;
  retry: () => void;
} {
  const { transport, clock } = useDesk();
  const [state, setState] = useState<{ history: NodeHistory | null; error: Error | null }>({
    history: null,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOver = false;
    let cancel: Cancel = () => {};
    const read = (): void => {
      transport
        .call('node.history', { hours })
        .then(
          (history) => {
            if (!isOver) setState({ history, error: null });
          },
          (failure: unknown) => {
            const error = failure instanceof Error ? failure : new Error(String(failure));
            if (!isOver) setState((before) => ({ ...before, error }));
          },
        )
        .finally(() => {
          if (!isOver) cancel = clock.after(againMs, read);
        });
    };
    read();
    return () => {
      isOver = true;
      cancel();
    };
  }, [transport, clock, hours, attempt]);
  return { ...state, retry: () => setAttempt((before) => before + 1) };
}

const short = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const whole = (value: number): string => (Number.isInteger(value) ? formatCount(value) : '');

function plotsOf({
  series,
}: NodeHistory): { label: string; lines: Line[]; format: (value: number) => string }[] {
  const line = (name: string, key: string): Line => ({ name, values: series[key] ?? [] });
  return [
    { label: 'Changes waiting for shore', lines: [line('', 'queue')], format: whole },
    { label: 'Attachments waiting for shore', lines: [line('', 'attachmentBytes')], format: formatBytes },
    { label: 'Oldest of what waits', lines: [line('', 'oldestMs')], format: formatAge },
    {
      label: 'On the link a second',
      lines: [line('sent', 'sentPerSecond'), line('received', 'receivedPerSecond')],
      format: formatBytes,
    },
    {
      label: 'Event loop late by, p99',
      lines: [line('', 'eventLoopP99Ms')],
      format: (value) => `${short.format(value)} ms`,
    },
    {
      label: 'Memory',
      lines: [line('heap', 'heapBytes'), line('all', 'residentBytes')],
      format: formatBytes,
    },
    { label: 'Write-ahead log', lines: [line('', 'walBytes')], format: formatBytes },
    { label: 'Free on the disk', lines: [line('', 'freeBytes')], format: formatBytes },
  ];
}
