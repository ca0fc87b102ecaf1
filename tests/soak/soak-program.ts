import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { projectRoot } from '#support/project.ts';
import { figure, report, type Figure } from '../bench/figure.ts';
import { writePlots } from './plots.ts';
import { soak, type Sample, type Soaked } from './soak.ts';
import { lastHalf, risePerHour, type Reading } from './trend.ts';

/** `npm run soak`: both ends at work for an hour, the link going up and down; prints what grew. */
const count = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 up.');
};

/** A shorter run says too little to be drawn beside the figures. */
const drawnFrom = 30;

const program = new Command('npm run soak --')
  .description(
    'Vessel node, gateway, Mosquitto, Postgres, a page in Chromium at each end and readers of both sockets, with ' +
      'people writing and the link going up and down. Ends with 1 when something is lost, differs, or grows.',
  )
  .option('--minutes <n>', 'how long people write', count, 60)
  .option('--readers <n>', 'sockets that listen at each end', count, 20)
  .option('--seed <n>', 'what is written, and when the link is cut', count, 1)
  .option('--plots <dir>', `where the plots go (default: docs/benchmarks, from ${drawnFrom} minutes on)`)
  .option('--json <file>', 'also write [{name, value, unit, target, ok}]')
  .parse();
const options = z
  .object({
    minutes: z.number(),
    readers: z.number(),
    seed: z.number(),
    plots: z.string().optional(),
    json: z.string().optional(),
  })
  .parse(program.opts());

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
let told = -Infinity;
const tell = (at: number, sample: Sample): void => {
  if (at - told < 60_000) return;
  told = at;
  process.stdout.write(
    `${Math.round(at / 60_000)} min: ${sample.writes} writes; vessel node ${megabytes(sample.vesselMemory)} MB, ` +
      `${sample.vesselHandles} handles, WAL ${megabytes(sample.shipWal)} MB; gateway ` +
      `${megabytes(sample.gatewayMemory)} MB, ${sample.gatewayHandles} handles; pages ` +
      `${megabytes(sample.shipPageHeap)} and ${megabytes(sample.officePageHeap)} MB\n`,
  );
};

function figuresOf(soaked: Soaked): Figure[] {
  const { series } = soaked;
  const rise = (readings: readonly Reading[], unit = 1): number => risePerHour(lastHalf(readings)) / unit;
  const last = (readings: readonly Reading[]): number => readings.at(-1)?.[1] ?? 0;
  const most = (readings: readonly Reading[]): number => Math.max(...readings.map(([, value]) => value));
  return [
    figure('writes', soaked.writes, ''),
    figure('cuts of the link', soaked.cuts, ''),
    figure('connections of the ship', soaked.connections, ''),
    figure('acknowledged writes lost', soaked.lost, '', { most: 0 }),
    figure('writes doubled', soaked.doubled, '', { most: 0 }),
    figure('changes, records and conflicts that differ', soaked.differing, '', { most: 0 }),
    figure('everything else that is wrong', soaked.wrong.length, '', { most: 0 }),
    figure('readers connected at the end, share', soaked.readers.open / soaked.readers.of, '', { least: 1 }),
    figure('vessel node: memory at the end', last(series.vesselMemory) / 1e6, 'MB', { most: 200 }),
    figure('vessel node: memory, last half', rise(series.vesselMemory, 1e6), 'MB/h', { most: 10 }),
    figure('vessel node: handles, last half', rise(series.vesselHandles), 'an hour', { most: 2 }),
    figure('gateway: memory at the end', last(series.gatewayMemory) / 1e6, 'MB'),
    figure('gateway: memory, last half', rise(series.gatewayMemory, 1e6), 'MB/h', { most: 10 }),
    figure('gateway: handles, last half', rise(series.gatewayHandles), 'an hour', { most: 2 }),
    figure('gateway: connections to Postgres, most', most(series.databaseConnections), '', { most: 12 }),
    figure("ship's write-ahead log, most", most(series.shipWal) / 1e6, 'MB', { most: 16 }),
    figure("ship's database, at the end", last(series.shipDatabase) / 1e6, 'MB'),
    figure("shore's database, at the end", last(series.shoreDatabase) / 1e6, 'MB'),
    figure("page on board: script's heap, last half", rise(series.shipPageHeap, 1e6), 'MB/h', { most: 10 }),
    figure("office's page: script's heap, last half", rise(series.officePageHeap, 1e6), 'MB/h', { most: 10 }),
    figure('page on board: nodes, last half', rise(series.shipPageNodes), 'an hour', { most: 500 }),
    figure("office's page: nodes, last half", rise(series.officePageNodes), 'an hour', { most: 500 }),
  ];
}

const soaked = await soak({ ...options, onSample: tell });
const figures = figuresOf(soaked);
report(figures, options.json);
for (const sentence of soaked.wrong) process.stdout.write(`${sentence}\n`);
const folder =
  options.plots ?? (options.minutes >= drawnFrom ? join(projectRoot, 'docs/benchmarks') : undefined);
if (folder !== undefined) writePlots(folder, soaked);
process.exit(figures.every((each) => each.ok) ? 0 : 1);
