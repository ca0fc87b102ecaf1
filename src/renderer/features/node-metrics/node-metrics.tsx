import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { NodeHistory } from '#shared/contract/node.ts';
import { useAppServices, useSession } from '../../lib/app-services/context.ts';
import { formatAge, formatBytes, formatCount } from '../../lib/format.ts';
import { useReadAgain } from '../../lib/use-read-again.ts';
import type { Line } from '../../ui/line-plot/line-plot.tsx';
import { type Plot, PlotsOverTime, readAgainMs, type Span } from '../../ui/line-plot/plots-over-time.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import { When } from '../../ui/when.tsx';

/** How the node on this computer does: is it slow, does it grow, is the disk filling. */
export function NodeMetrics(): ReactNode {
  const { transport, clock } = useAppServices();
  const [span, setSpan] = useState<Span>('1');
  const read = useCallback(() => transport.call('node.history', { hours: Number(span) }), [transport, span]);
  const { value: history, error, retry } = useReadAgain(clock, readAgainMs, read);
  const time = useSession((session) => session.time);
  const plots = useMemo(() => (history === null ? [] : plotsOf(history)), [history]);
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
  const note = (
    <>
      The node on this computer, figures since <When at={history.since} brief />. They are kept in its memory,
      begin anew with it, and never go over the link
      {error === null ? '.' : '; it has not told new ones since '}
      {error === null ? null : <When at={history.now} brief />}
    </>
  );
  return (
    <PlotsOverTime
      note={note}
      span={span}
      onSpan={setSpan}
      taken={history}
      plots={plots}
      time={time}
      isInTab
    />
  );
}

const short = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const whole = (value: number): string => (Number.isInteger(value) ? formatCount(value) : '');

function plotsOf({ series }: NodeHistory): Plot[] {
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
