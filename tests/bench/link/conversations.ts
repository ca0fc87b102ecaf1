import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { usualPace } from '#link/configuration.ts';
import { linkProfiles, roundTripMs, type LinkProfile } from '#support/link/profiles.ts';
import { simulateLink, type SimulatedLink } from '#support/link/simulated-link.ts';
import { until } from '#support/until.ts';
import type { TestVessel } from '#support/vessel.ts';
import { figure, type Figure } from '../figure.ts';
import { boardShip, type Stage } from './stage.ts';

const calm: LinkProfile = { ...linkProfiles.geo, gaps: null };
const daySeconds = 86_400;
/** What every packet carries besides: IPv4 and TCP without options. */
const headerBytes = 40;

/** Bytes both ways. */
const total = (link: SimulatedLink): number => link.up.sent + link.down.sent;

/** After this long whatever was just set going has begun to pass. */
const begun = (): Promise<void> => wait(3_000);

/** Until nothing has passed for well over a round trip. */
async function quiet(link: SimulatedLink): Promise<void> {
  const span = 2.5 * roundTripMs(calm);
  await until(
    'silence on the link',
    () => link.up.sent > 0 && link.now() - Math.max(link.up.lastAt, link.down.lastAt) > span,
    { within: 60_000 },
  );
}

/** What a ship and shore say to each other when there is little or nothing to say, over a geostationary satellite. */
export async function measureConversations(stage: Stage): Promise<Figure[]> {
  const copy = await stage.copy();
  const { directory } = copy;
  try {
    const drained = boardShip(directory, { mqtt: stage.broker.url });
    await until('equal ends', async () => (await drained.call('sync.status', {})).queue.depth === 0, {
      within: 120_000,
      every: 100,
    });
    await drained.node.close();
    const figures: Figure[] = [];
    let telemetry = 0;
    await onLink(stage.broker.port, directory, {}, async (vessel, link) => {
      figures.push(...(await settle(link)));
      figures.push(...(await completion(stage, vessel, link)));
      figures.push(...(await closedLink(vessel, link)));
      figures.push(...(await onDemand(vessel, link)));
      telemetry = await telemetryBytes(vessel, link);
    });
    await onLink(stage.tls.port, directory, { tls: stage.tls }, async (vessel, link) => {
      figures.push(...(await settleOverTls(vessel, link)));
    });
    await onLink(stage.broker.port, directory, { keepalive: 2 }, async (vessel, link) => {
      figures.push(...(await idle(vessel, link, telemetry)));
    });
    return figures;
  } finally {
    await copy.remove();
  }
}

async function onLink(
  to: number,
  directory: string,
  { tls, keepalive }: { tls?: Stage['tls']; keepalive?: number },
  work: (vessel: TestVessel, link: SimulatedLink) => Promise<void>,
): Promise<void> {
  const link = await simulateLink({ to, profile: calm });
  const broker =
    tls === undefined
      ? { mqtt: `mqtt://127.0.0.1:${link.port}` }
      : { mqtt: `mqtts://localhost:${link.port}`, ca: tls.ca, cert: tls.cert, key: tls.key };
  const vessel = boardShip(directory, broker, keepalive === undefined ? {} : { keepalive });
  try {
    await work(vessel, link);
  } finally {
    await vessel.node.close();
    await link.close();
  }
}

async function settle(link: SimulatedLink): Promise<Figure[]> {
  await quiet(link);
  const seconds = Math.max(link.up.lastAt, link.down.lastAt) / 1_000;
  return [
    figure('connect and settle when equal: MQTT bytes up', link.up.sent, 'B'),
    figure('connect and settle when equal: MQTT bytes down', link.down.sent, 'B'),
    figure('connect and settle when equal: both ways', total(link), 'B', { most: 1_024 }),
    figure('connect and settle when equal: time', seconds, 's'),
    figure(
      'connect and settle when equal: round trips from the first packet to the last',
      (seconds * 1_000) / roundTripMs(calm),
      '',
    ),
  ];
}

/** A first connection with TLS and client certificates, and a second one that resumes its session. */
async function settleOverTls(vessel: TestVessel, link: SimulatedLink): Promise<Figure[]> {
  await quiet(link);
  const first = total(link);
  await vessel.call('sync.setLink', { enabled: false });
  await begun();
  const before = total(link);
  await vessel.call('sync.setLink', { enabled: true });
  await begun();
  await quiet(link);
  return [
    figure('connect and settle over TLS, first time: bytes both ways', first, 'B'),
    figure('connect and settle over TLS, session resumed: bytes both ways', total(link) - before, 'B'),
  ];
}

async function completion(stage: Stage, vessel: TestVessel, link: SimulatedLink): Promise<Figure[]> {
  const listener = await connectAsync(stage.broker.url);
  const payloads: number[] = [];
  listener.on('message', (_topic, payload) => payloads.push(payload.length));
  await listener.subscribeAsync('arus/+/up/+');
  const {
    items: [order],
  } = await vessel.call('workOrders.list', { status: ['in_progress'], limit: 1 });
  if (order === undefined) throw new Error('No order is in progress');
  // Telemetry comes by itself some seconds after the connection stands.
  await wait(6_000);
  await quiet(link);
  payloads.length = 0;
  const before = total(link);
  await vessel.call('workOrders.update', {
    id: order.id,
    changes: { status: 'completed', actualHours: 999 },
  });
  await wait(1_000);
  await quiet(link);
  await listener.endAsync();
  return [
    figure(
      'one completion alone: MQTT payload',
      payloads.reduce((sum, bytes) => sum + bytes, 0),
      'B',
      { most: 250 },
    ),
    figure(
      'one completion alone: MQTT bytes both ways, acknowledgements with them',
      total(link) - before,
      'B',
    ),
  ];
}

async function telemetryBytes(vessel: TestVessel, link: SimulatedLink): Promise<number> {
  await vessel.call('sync.setLink', { enabled: false });
  await begun();
  await quiet(link);
  await vessel.call('sync.setLink', { enabled: true });
  await begun();
  await quiet(link);
  const before = link.up.sent;
  await until('telemetry', () => link.up.sent > before, { within: 20_000 });
  await quiet(link);
  return link.up.sent - before;
}

async function closedLink(vessel: TestVessel, link: SimulatedLink): Promise<Figure[]> {
  await vessel.call('sync.setLink', { enabled: false });
  await begun();
  await quiet(link);
  const before = total(link);
  await wait(5_000);
  return [figure('five seconds with the link held closed', total(link) - before, 'B', { most: 0 })];
}

/**
 * On demand: a change goes when somebody says so, the link closes by itself when both ends agree, and then nothing goes.
 * What the ship counted meanwhile is held against what went.
 */
async function onDemand(vessel: TestVessel, link: SimulatedLink): Promise<Figure[]> {
  const { policy } = await vessel.call('link.policy', {});
  const profiles = policy.profiles.map((profile) => ({ ...profile, mode: 'on_demand' as const }));
  await vessel.call('link.setPolicy', { policy: { ...policy, profiles } });
  await vessel.call('sync.setLink', { enabled: true });
  await quiet(link);
  const state = async () => (await vessel.call('sync.status', {})).link.state;
  const [before, countedBefore] = [total(link), await counted(vessel)];
  await vessel.call('workOrders.create', { title: 'Grease the winch' });
  await vessel.call('sync.sendNow', {});
  await until('the link closed again', async () => (await state()) === 'waiting', { within: 120_000 });
  await quiet(link);
  const [after, countedAfter] = [total(link), await counted(vessel)];
  await wait(10_000);
  const idleBytes = total(link) - after;
  const countedIdle = (await counted(vessel)) - countedAfter;
  await vessel.call('link.setPolicy', { policy });
  await vessel.call('sync.setLink', { enabled: true });
  await begun();
  await quiet(link);
  return [
    figure('on demand, one change sent: MQTT bytes both ways, to the goodbye', after - before, 'B'),
    figure('on demand, the same as the ship counted it', countedAfter - countedBefore, 'B'),
    figure('on demand, ten seconds idle: bytes', idleBytes, 'B', { most: 0 }),
    figure('on demand, ten seconds idle as the ship counted them', countedIdle, 'B', { most: 0 }),
  ];
}

/** Bytes that the ship's own counts say went both ways, without the headers that it reckons. */
async function counted(vessel: TestVessel): Promise<number> {
  const { profiles } = await vessel.call('link.usage', {});
  return profiles
    .flatMap(({ total: { headers: _, ...rest } }) => Object.values(rest))
    .reduce((sum, { sent, received }) => sum + sent + received, 0);
}

/** What the ship reckons that TCP and IP headers took beneath. */
async function reckonedHeaders(vessel: TestVessel): Promise<number> {
  const { profiles } = await vessel.call('link.usage', {});
  return profiles.reduce(
    (sum, { total: { headers } }) => sum + (headers?.sent ?? 0) + (headers?.received ?? 0),
    0,
  );
}

/** Measured with a keepalive of two seconds, told for the usual one. */
async function idle(vessel: TestVessel, link: SimulatedLink, telemetry: number): Promise<Figure[]> {
  const telemetryEvery = 900;
  // Hello and the first telemetry are over by then.
  await wait(9_000);
  const before = {
    bytes: total(link),
    packets: link.up.packets,
    counted: await counted(vessel),
    headers: await reckonedHeaders(vessel),
  };
  await wait(12_000);
  const pings = link.up.packets - before.packets;
  const ping = (total(link) - before.bytes) / pings;
  const countedPing = ((await counted(vessel)) - before.counted) / pings;
  const headersOfPing = ((await reckonedHeaders(vessel)) - before.headers) / pings;
  const pingsADay = daySeconds / usualPace.keepalive;
  const reportsADay = daySeconds / telemetryEvery;
  return [
    figure('a ping and its answer', ping, 'B'),
    figure('a ping and its answer as the ship counts them', countedPing, 'B'),
    figure('a ping and its answer: headers that the ship reckons', headersOfPing, 'B'),
    figure('telemetry, once a quarter of an hour', telemetry, 'B'),
    figure(
      `idle, keepalive ${usualPace.keepalive} s: MQTT bytes a day`,
      ping * pingsADay + telemetry * reportsADay,
      'B',
    ),
    figure(
      `idle, keepalive ${usualPace.keepalive} s: with TCP and IP headers, bytes a day`,
      (ping + 3 * headerBytes) * pingsADay + (telemetry + 2 * headerBytes) * reportsADay,
      'B',
    ),
  ];
}
