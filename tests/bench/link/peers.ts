import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '#shared/sync/change.ts';
import type { LinkProfile, WaySpec } from '#support/link/profiles.ts';
import { simulateLink } from '#support/link/simulated-link.ts';
import { freePort } from '#support/ports.ts';
import { startProgram } from '#support/processes.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { figure, type Figure } from '../figure.ts';
import { drain } from './drain.ts';
import { savePlot } from './drains.ts';
import { barPlot } from './plot.ts';
import type { Stage } from './stage.ts';

const folder = join(import.meta.dirname, 'peers');
const way: WaySpec = { delayMs: 300, jitterMs: 0, bitsPerSecond: 256_000, loss: 0 };
const profile: LinkProfile = { up: way, down: way, gaps: null };
const withinSeconds = 1_200;

interface Run {
  name: string;
  ours: boolean;
  seconds: number;
  bytes: number;
}

/** The same work over the same link, by us and by what others use: 600 ms there and back, 256 kbit/s each way. */
export async function measurePeers(stage: Stage): Promise<Figure[]> {
  install();
  const { seconds, bytesUp, bytesDown } = await drain({ stage, profile, withinSeconds });
  const ours: Run = { name: 'ARUS', ours: true, seconds, bytes: bytesUp + bytesDown };
  const runs = [
    ours,
    await peer('PouchDB 9 to express-pouchdb', 'pouchdb.js', stage),
    await peer('Yjs, WebSocket with deflate', 'yjs.js', stage),
  ];
  savePlot(
    'peers-bytes',
    barPlot(
      'The same 10,000 changes: megabytes both ways',
      'MB',
      runs.map(({ name, bytes, ours: isOurs }) => ({ name, value: bytes / 1e6, ours: isOurs })),
    ),
  );
  savePlot(
    'peers-seconds',
    barPlot(
      'The same 10,000 changes: seconds at 600 ms and 256 kbit/s',
      's',
      runs.map(({ name, seconds: value, ours: isOurs }) => ({ name, value, ours: isOurs })),
    ),
  );
  return [
    figure('600 ms, 256 kbit/s: ARUS, bytes both ways', ours.bytes, 'B', { most: 250_000 }),
    figure('600 ms, 256 kbit/s: ARUS, until shore has all', ours.seconds, 's', { most: 10 }),
    ...runs
      .filter((run) => !run.ours)
      .flatMap(({ name, seconds: value, bytes }) => [
        figure(`600 ms, 256 kbit/s: ${name}, bytes both ways`, bytes, 'B'),
        figure(`600 ms, 256 kbit/s: ${name}`, value, 's'),
      ]),
  ];
}

/** They are no part of the product, so `npm ci` does not bring them. */
function install(): void {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return;
  process.stderr.write('Installing the peers (once) …\n');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}

async function peer(name: string, program: string, stage: Stage): Promise<Run> {
  const directory = temporaryDirectory('bench-peer');
  const work = join(directory, 'work.json');
  writeFileSync(work, JSON.stringify(workOf(stage)));
  const port = await freePort();
  const link = await simulateLink({ to: port, profile });
  const running = startProgram(
    process.execPath,
    [join(folder, program), work, String(port), String(link.port)],
    { directory: folder, environment: { ARUS_PEER_DIRECTORY: directory } },
  );
  try {
    const [, seconds = ''] = await running.line(/^synced in ([\d.]+) s$/, withinSeconds * 1_000);
    const bytes = link.up.sent + link.down.sent;
    const { code } = await running.ended;
    if (code !== 0) throw new Error(`${name} did not bring all records ashore:\n${running.output()}`);
    return { name, ours: false, seconds: Number(seconds), bytes };
  } finally {
    await running.kill();
    await link.close();
    removeDirectory(directory);
  }
}

/** The records and the changes as a peer takes them: nothing but keys and fields. */
function workOf({ known, changes }: Stage): object {
  const key = ({ entity, recordId }: Change): string => `${entity}/${recordId}`;
  return {
    known: known.map((change) => [key(change), change.fields]),
    changes: changes.map((change) => [change.operation, key(change), change.fields]),
  };
}
