import type { MetricsHistory } from '#shared/office/metrics.ts';
import { formatAge, formatBytes, formatCount } from '../../lib/format.ts';
import type { Line } from '../../ui/line-plot/line-plot.tsx';
import type { Plot } from '../../ui/line-plot/plots-over-time.tsx';

const short = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const rounded = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const milliseconds = (value: number): string => `${(value < 100 ? short : rounded).format(value)} ms`;
const plain = (value: number): string => short.format(value);
const whole = (value: number): string => (Number.isInteger(value) ? formatCount(value) : '');
const there = (value: number): string => (value === 1 ? 'there' : value === 0 ? 'away' : '');
/** Ships with a line each. */
const mostShips = 5;

/** What is drawn, in the order in which one looks for a cause: what comes in, how long it takes, what waits, what is short. */
export function plotsOf({ series, ships }: MetricsHistory): Plot[] {
  const line = (name: string, key: string): Line => ({ name, values: series[key] ?? [] });
  const behind = ships
    .filter(({ vesselId }) => (series[`oldest:${vesselId}`] ?? []).some((age) => (age ?? 0) > 0))
    .toSorted((a, b) => (b.oldestAgeMs ?? 0) - (a.oldestAgeMs ?? 0))
    .slice(0, mostShips);
  return [
    {
      label: 'Stored a second',
      lines: [line('changes', 'changesPerSecond'), line('batches', 'batchesPerSecond')],
      format: plain,
    },
    {
      label: 'Time to store a batch',
      lines: [line('p50', 'ingestP50Ms'), line('p99', 'ingestP99Ms')],
      format: milliseconds,
    },
    { label: 'Requests answered a second', lines: [line('', 'requestsPerSecond')], format: plain },
    {
      label: 'Time to answer a request',
      lines: [line('p50', 'restP50Ms'), line('p99', 'restP99Ms')],
      format: milliseconds,
    },
    {
      label: 'Oldest change a ship has not confirmed',
      lines:
        behind.length === 0
          ? [line('', 'oldestUnacknowledgedMs')]
          : behind.map(({ name, vesselId }) => line(name, `oldest:${vesselId}`)),
      format: formatAge,
    },
    { label: 'Changes waiting ashore', lines: [line('', 'waitingAshore')], format: whole },
    { label: 'Messages refused a second', lines: [line('', 'refusedPerSecond')], format: plain },
    { label: 'Conflicts for review', lines: [line('', 'conflicts')], format: whole },
    {
      label: 'Connections to the database',
      lines: [line('in use', 'poolInUse'), line('waited for', 'poolWaiting')],
      format: whole,
    },
    {
      label: 'Database and broker',
      lines: [line('database', 'database'), line('broker', 'broker')],
      format: there,
    },
    { label: 'Event loop late by, p99', lines: [line('', 'eventLoopP99Ms')], format: milliseconds },
    {
      label: 'Memory',
      lines: [line('heap', 'heapBytes'), line('all', 'residentBytes')],
      format: formatBytes,
    },
  ];
}
