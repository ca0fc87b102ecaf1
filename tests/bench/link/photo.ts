import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import { brokerConfiguration, usualPace } from '#link/configuration.ts';
import { linkCodec } from '#link/link-codec.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { attach, attachmentOf, photo } from '#support/attachments.ts';
import { countPieces } from '#support/count-pieces.ts';
import { linkProfiles, type LinkProfile } from '#support/link/profiles.ts';
import { dropKinds, simulateLink, type SimulatedLink } from '#support/link/simulated-link.ts';
import { startMosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { startShore } from '#support/shore.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { figure, type Figure } from '../figure.ts';

const vesselId = 'mv-aurora';
const photoBytes = 5_000_000;
const thumbnailBytes = 6_000;
const drops = 20;

/** The same link with every duration so many times shorter. */
function faster({ up, down, gaps }: LinkProfile, times: number): LinkProfile {
  const way = (spec: LinkProfile['up']): LinkProfile['up'] => ({
    ...spec,
    delayMs: spec.delayMs / times,
    jitterMs: spec.jitterMs / times,
    bitsPerSecond: spec.bitsPerSecond * times,
  });
  return {
    up: way(up),
    down: way(down),
    gaps: gaps === null ? null : { ...gaps, everyMs: gaps.everyMs / times, lengthMs: gaps.lengthMs / times },
  };
}

/**
 * A photo of 5 MB over the worst link, which breaks twenty times on the way: with and without a word, and besides
 * that in the black holes of the profile.
 * @param times so many times faster than the profile in every figure; 1 takes about 40 minutes
 */
export async function measurePhoto(times: number): Promise<Figure[]> {
  const profile = faster(linkProfiles.worst, times);
  const broker = await startMosquitto({ furtherLines: ['set_tcp_nodelay true'] });
  const postgres = await startPostgres();
  const database = await postgres.createDatabase('photo');
  const shore = await startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
  const link = await simulateLink({ to: broker.port, profile });
  const pieces = await countPieces(broker.url, vesselId);
  const environment = systemEnvironment(silentLog);
  const { connectTimeout, shortestWait, longestWait } = usualPace;
  const pace = {
    connectTimeout: Math.max(5_000, connectTimeout / times),
    shortestWait: shortestWait / times,
    longestWait: longestWait / times,
  };
  const vessel = openTestVessel({
    vesselId,
    environment,
    codec: linkCodec,
    openLink: mqttLink(brokerConfiguration({ mqtt: `mqtt://127.0.0.1:${link.port}` }, pace), environment),
  });
  try {
    const run = await send(vessel, link, { profile, withinSeconds: 7_200 / Math.min(times, 6) });
    const { counted } = pieces;
    const isSame = await isHeldAshore(database, run.sha256);
    const content = photoBytes + thumbnailBytes;
    return [
      figure('photo: link faster than the worst profile', times, 'times'),
      figure('photo: bytes with its thumbnail', content, 'B'),
      figure('photo: held whole ashore', isSame ? 1 : 0, '', { least: 1 }),
      figure('photo: drops made', run.drops, '', { least: drops }),
      figure('photo: connections', link.connections, ''),
      figure('photo: pieces that reached shore', counted.pieces, ''),
      figure('photo: pieces that reached shore twice', counted.twice, '', { most: 0 }),
      figure('photo: bytes that reached shore twice', counted.bytesTwice, 'B', { most: 0 }),
      figure('photo: bytes up on the wire', link.up.sent, 'B'),
      figure('photo: bytes up on the wire for each of the content', link.up.sent / content, '', {
        most: 1.1,
      }),
      figure('photo: bytes down on the wire', link.down.sent, 'B'),
      figure('photo: until the thumbnail was ashore', run.thumbnailSeconds, 's'),
      figure('photo: until the ship knew that shore has all', run.seconds, 's'),
      figure("photo: its bytes at the link's rate", (8 * content) / profile.up.bitsPerSecond, 's'),
      figure('photo: urgent change in the middle, until the ship knew', run.urgentSeconds, 's'),
    ];
  } finally {
    await vessel.node.close();
    await pieces.end();
    await link.close();
    await shore.stop();
    await broker.remove();
    await postgres.remove();
  }
}

async function send(
  vessel: TestVessel,
  link: SimulatedLink,
  { withinSeconds }: { profile: LinkProfile; withinSeconds: number },
): Promise<{
  sha256: string;
  drops: number;
  seconds: number;
  thumbnailSeconds: number;
  urgentSeconds: number;
}> {
  const order = await vessel.call('workOrders.create', { title: 'Crack in the shell plating, frame 86' });
  const bytes = photo(photoBytes);
  const began = performance.now();
  const { sha256 } = await attach(vessel, order.id, bytes, { thumbnail: photo(thumbnailBytes, 2) });
  const seconds = (): number => (performance.now() - began) / 1_000;
  let made = 0;
  let urgent: Promise<number> | null = null;
  let thumbnailSeconds: number | null = null;
  for (;;) {
    const found = await attachmentOf(vessel, order.id);
    const arrived = found?.content.arrived ?? 0;
    if (arrived > 0) thumbnailSeconds ??= seconds();
    // Whenever another part is ashore, so that all happen however long the link is away in between.
    if (made < drops && arrived >= ((made + 1) * photoBytes) / (drops + 1)) {
      link.drop(dropKinds[made % dropKinds.length] ?? 'fin');
      made += 1;
      process.stderr.write(`  drop ${made} at ${Math.round(seconds())} s, ${arrived} bytes ashore\n`);
    } else if (urgent === null && arrived >= photoBytes * 0.52) {
      urgent = sendUrgent(vessel);
    }
    if (found?.content.state === 'held') break;
    if (seconds() > withinSeconds) throw new Error(`After ${withinSeconds} s shore had ${arrived} bytes`);
    await wait(50);
  }
  return {
    sha256,
    drops: made,
    seconds: seconds(),
    thumbnailSeconds: thumbnailSeconds ?? Number.NaN,
    urgentSeconds: (await urgent) ?? Number.NaN,
  };
}

async function sendUrgent(vessel: TestVessel): Promise<number> {
  const start = performance.now();
  const { id } = await vessel.call('workOrders.create', { title: 'Water coming in', priority: 'critical' });
  for (;;) {
    const { sync } = await vessel.call('workOrders.get', { id });
    if (sync === 'held') return (performance.now() - start) / 1_000;
    await wait(20);
  }
}

const stored = z.object({ same: z.boolean() });

async function isHeldAshore(database: string, sha256: string): Promise<boolean> {
  const reader = new Client({ connectionString: database });
  await reader.connect();
  try {
    const { rows } = await reader.query(
      `select encode(sha256(string_agg(bytes, ''::bytea order by "offset")), 'hex') = $1 as same
         from content_piece where sha256 = $1`,
      [sha256],
    );
    return stored.parse(rows[0]).same;
  } finally {
    await reader.end();
  }
}
