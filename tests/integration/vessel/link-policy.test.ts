import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plainProfile, type LinkProfile } from '#shared/link-policy/policy.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { decodePresence, plainAck, type Hello } from '#shared/sync/frame.ts';
import { budgetsOf, policyOf } from '#support/link-policies.ts';
import { ScriptedLink } from '#support/scripted-link.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { virtualEnvironment, type VirtualEnvironment } from '#support/virtual-environment.ts';
import { readDatabase } from './database.ts';

const vesselId = 'mv-aurora';
const minute = 60_000;
const hour = 60 * minute;
const evening = Date.UTC(2026, 2, 14, 21);

let environment: VirtualEnvironment;
let link: ScriptedLink;
let vessel: TestVessel;

beforeEach(() => {
  environment = virtualEnvironment(silentLog, { now: evening });
  link = new ScriptedLink();
  vessel = openTestVessel({ environment, openLink: link.open });
});
afterEach(() => vessel.node.close());

const settle = async () => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
};
const status = () => vessel.call('sync.status', {});
const set = (change: Partial<LinkProfile>) => vessel.call('link.setPolicy', { policy: policyOf(change) });
const create = (title: string, priority: 'normal' | 'critical' = 'normal') =>
  vessel.call('workOrders.create', { title, priority });
/** What was handed to the broker since the last look, and taken by it. */
const sent = () => {
  environment.advance(0);
  for (const message of link.published) void message.confirm();
  return link.take();
};
const lanesSent = () => sent().flatMap((message) => (message.kind === 'batch' ? [message.lane] : []));

async function reopen(openLink = link.open): Promise<void> {
  await vessel.node.close();
  vessel = openTestVessel({ directory: vessel.directory, environment, openLink });
}

/** What of the ship's journal shore says that it holds. */
function holds(upTo: number, hello: Hello | null = null): void {
  const origin = link.settings?.clientId.split('-').at(-1) ?? '';
  const hash = readDatabase(vessel.directory, (connection) =>
    connection
      .prepare('SELECT lower(hex(hash)) FROM sync_journal WHERE origin = ? AND number = ?')
      .pluck()
      .get(origin, upTo),
  );
  link.receive(vesselId, {
    kind: 'ack',
    vessel: vesselId,
    origin,
    held: upTo,
    hash: typeof hash === 'string' ? hash : chainStart(vesselId, origin),
    ...plainAck,
    outcome: hello === null ? 'stored' : 'status',
    attempt: hello === null ? 0 : (hello.attempt ?? null),
    problems: [],
    ...(hello === null
      ? {}
      : {
          holding: { held: { ...hello.held, [origin]: upTo }, digest: hello.digest },
          at: environment.now(),
        }),
  });
}

/** Shore takes what was sent and answers every hello, until the ship closes the link. */
async function settleWithShore(upTo: number): Promise<void> {
  holds(upTo);
  for (let round = 0; round < 60 && link.connected; round += 1) {
    const hello = sent().findLast((message): message is Hello => message.kind === 'hello') ?? null;
    if (hello !== null) holds(upTo, hello);
    await settle();
    environment.advance(2_000);
    await settle();
  }
}

/** Time passes, while the broker takes all that it is given. */
async function pass(milliseconds: number): Promise<void> {
  const step = 5_000;
  for (let passed = 0; passed < milliseconds; passed += step) {
    environment.advance(Math.min(step, milliseconds - passed));
    for (const message of link.published) void message.confirm();
    await settle();
  }
}

/** Waits as the ship does until the link is closed, for at most `longest` milliseconds. */
async function untilClosed(longest: number): Promise<number> {
  for (let passed = 0; passed < longest; passed += 5_000) {
    if (!link.connected) return passed;
    await pass(5_000);
  }
  return longest;
}

describe('a link on demand', () => {
  test('is not opened by a start, nor by what is written; it says what it waits for', async () => {
    await set({ mode: 'on_demand' });
    await reopen();
    const opened = link.opened;
    await create('Paint the railing');
    environment.advance(24 * hour);
    expect(link.opened).toBe(opened);
    const { link: standing, policy, queue } = await status();
    expect(standing.state).toBe('waiting');
    expect(policy).toMatchObject({
      profile: 'L-band',
      isOpen: false,
      why: 'Closed until someone says Send now',
    });
    expect(policy.holds).toContainEqual({ lane: 'normal', why: 'Waiting until someone says Send now' });
    expect(queue.depth).toBe(1);
  });

  test('closes when it is set while the link stands', async () => {
    link.up();
    await set({ mode: 'on_demand' });
    await settle();
    environment.advance(5_000);
    await settle();
    expect(link.connected).toBe(false);
    expect((await status()).link.state).toBe('waiting');
  });

  test('opens when somebody says Send now, and closes when shore holds everything and both have compared', async () => {
    await set({ mode: 'on_demand' });
    await create('Paint the railing');
    const opened = link.opened;
    await vessel.call('sync.sendNow', {});
    expect(link.opened).toBeGreaterThan(opened);
    link.up();
    link.answerAsk();
    expect((await status()).policy.why).toBe('Opened by hand, until everything is sent or 21:30');
    await settleWithShore(1);
    expect(link.connected).toBe(false);
    expect((await status()).queue.depth).toBe(0);
    expect((await status()).policy).toMatchObject({ isOpen: false, note: null });
  });

  test('that shore does not answer closes after the longest stay, and says that not everything was sent', async () => {
    await set({ mode: 'on_demand', longestMinutes: 5 });
    await create('Paint the railing');
    await vessel.call('sync.sendNow', {});
    link.up();
    expect(await untilClosed(20 * minute)).toBeLessThanOrEqual(5 * minute + 5_000);
    expect(link.connected).toBe(false);
    const { queue, policy } = await status();
    expect(queue.depth).toBe(1);
    expect(policy.note).toBe('Closed after 5 min, before everything was sent and compared.');
  });

  test('has a longest stay that a clock set back or forward does not change', async () => {
    await set({ mode: 'on_demand', longestMinutes: 5 });
    await create('Paint the railing');
    await vessel.call('sync.sendNow', {});
    link.up();
    environment.setClock(evening + 30 * 24 * hour);
    await pass(2 * minute);
    expect(link.connected).toBe(true);
    environment.setClock(evening - 30 * 24 * hour);
    await pass(2 * minute);
    expect(link.connected).toBe(true);
    await untilClosed(4 * minute);
    expect(link.connected).toBe(false);
  });

  test('opens by itself for an urgent change, and stays until shore has that, however long', async () => {
    await set({ mode: 'on_demand', longestMinutes: 1 });
    const opened = link.opened;
    await create('Crack in the rudder stock', 'critical');
    expect(link.opened).toBeGreaterThan(opened);
    link.up();
    link.answerAsk();
    expect((await status()).policy.why).toBe('Opened for an urgent change');
    await pass(hour);
    expect(link.connected).toBe(true);
    await settleWithShore(1);
    expect(link.connected).toBe(false);
  });

  test('stays closed for an urgent change where the crew chose so', async () => {
    await set({ mode: 'on_demand', urgentOpens: false });
    const opened = link.opened;
    await create('Crack in the rudder stock', 'critical');
    environment.advance(hour);
    expect(link.opened).toBe(opened);
    expect((await status()).policy.holds).toContainEqual({
      lane: 'urgent',
      why: 'Waiting until someone says Send now',
    });
  });

  test('stays closed while people hold it closed, whatever they ask and write', async () => {
    await set({ mode: 'on_demand' });
    await vessel.call('sync.setLink', { enabled: false });
    const opened = link.opened;
    await vessel.call('sync.sendNow', {});
    await create('Crack in the rudder stock', 'critical');
    environment.advance(hour);
    expect(link.opened).toBe(opened);
    expect((await status()).link.state).toBe('closed');
  });
});

describe('a link in windows', () => {
  const windows = [{ from: '22:00', to: '23:30' }];

  test('opens and closes by the ship’s clock, day after day', async () => {
    await set({ mode: 'windows', windows });
    await create('Paint the railing');
    const opened = link.opened;
    expect((await status()).policy.why).toBe('Waiting for the window at 22:00');
    environment.advance(hour - 1);
    expect(link.opened).toBe(opened);
    environment.advance(1);
    expect(link.opened).toBe(opened + 1);
    link.up();
    expect(lanesSent()).toEqual(['normal']);
    await pass(1.5 * hour + 5_000);
    expect(link.connected).toBe(false);
    await pass(22.5 * hour - 5_000);
    expect(link.opened).toBe(opened + 2);
  });

  test('sees within a minute that the clock was set', async () => {
    await set({ mode: 'windows', windows });
    const opened = link.opened;
    environment.setClock(evening + 75 * minute);
    environment.advance(minute);
    expect(link.opened).toBe(opened + 1);
    link.up();
    environment.setClock(evening);
    environment.advance(minute);
    await settle();
    environment.advance(5_000);
    await settle();
    expect(link.connected).toBe(false);
  });

  test('lets outside them urgent changes through alone, tells shore so, and closes when those are held', async () => {
    await create('Paint the railing');
    await set({ mode: 'windows', windows });
    await create('Crack in the rudder stock', 'critical');
    link.up();
    environment.advance(0);
    const published = link.takePublished();
    const presence = published.find(({ topic }) => topic.endsWith('/presence'));
    expect(decodePresence(presence?.payload ?? new Uint8Array()).takes).toEqual(['urgent']);
    expect(published.map(({ topic }) => topic.split('/').at(-1))).toEqual(['presence', 'hello', 'urgent']);
    expect((await status()).policy.holds).toContainEqual({
      lane: 'normal',
      why: 'Waiting for the window at 22:00',
    });
    await untilClosed(10_000);
    expect(link.connected).toBe(true);
  });
});

describe('a budget', () => {
  const kilobyte = 0.001;

  /** Uses up a kilobyte of the normal lane. */
  async function useUp(): Promise<void> {
    link.up();
    for (let index = 0; index < 30; index += 1)
      await create(`${index} ${Array.from({ length: 40 }, () => environment.randomBytes(1)[0]).join(' ')}`);
    sent();
  }

  test('that is used up holds its lane back, lets what is urgent by, and says how much it was', async () => {
    await set({ budgets: budgetsOf({ normal: kilobyte }) });
    await useUp();
    await create('Waits');
    expect(lanesSent()).toEqual([]);
    await create('Crack in the rudder stock', 'critical');
    expect(lanesSent()).toEqual(['urgent']);
    const { policy, link: standing } = await status();
    expect(standing.state).toBe('online');
    expect(policy.holds).toEqual([
      {
        lane: 'normal',
        why: expect.stringMatching(/^Budget for normal reached: [\d.]+ of 0\.001 MB this month$/),
      },
    ]);
    // The acknowledgement timer does not take what is held back for what is lost.
    holds(30);
    environment.advance(hour);
    expect(lanesSent().filter((lane) => lane === 'normal')).toEqual([]);
  });

  test('warns before', async () => {
    await set({ budgets: budgetsOf({ normal: 1 }) });
    await vessel.call('link.setPolicy', {
      policy: { ...policyOf({ budgets: budgetsOf({ normal: 0.1 }) }), warnAtPercent: 1 },
    });
    await useUp();
    const { policy } = await status();
    expect(policy.holds).toEqual([]);
    expect(policy.warnings).toEqual([
      expect.stringMatching(/^Budget for normal: 0\.00\d of 0\.1 MB this month/),
    ]);
  });

  test('goes on when the crew lifts the stop: who did it, when and why is kept, to the end of the month', async () => {
    await set({ budgets: budgetsOf({ normal: kilobyte }) });
    const chief = await vessel.call('crew.create', { name: 'Ana Dragić', rank: 'Chief engineer' });
    await useUp();
    await create('Waits');
    expect(lanesSent()).toEqual([]);
    const reason = 'Class survey on Monday';
    const lift = { profileId: 'lband', budget: 'normal', reason } as const;
    const { lifts } = await vessel.call('link.liftStop', lift, chief.id);
    expect(lifts).toEqual([
      {
        profileId: 'lband',
        budget: 'normal',
        by: 'Ana Dragić, Chief engineer',
        reason,
        at: new Date(environment.now()).toISOString(),
      },
    ]);
    expect(lanesSent()).toEqual(['normal']);
    expect((await status()).policy.warnings).toEqual([expect.stringMatching(/The stop is lifted$/)]);

    await reopen();
    expect((await vessel.call('link.policy', {})).lifts).toHaveLength(1);
    environment.setClock(Date.UTC(2026, 3, 1, 0, 1));
    expect((await vessel.call('link.policy', {})).lifts).toEqual([]);
  });

  test('that stops nothing cannot be lifted, nor can that of a link that is not there', async () => {
    await set({ budgets: budgetsOf({ normal: 40, urgent: 0.001 }) });
    const lift = (change: object) =>
      vessel.refusal('link.liftStop', { profileId: 'lband', budget: 'normal', reason: 'Because', ...change });
    expect(await lift({})).toMatchObject({ code: 'not_allowed' });
    expect(await lift({ budget: 'urgent' })).toMatchObject({ code: 'not_allowed' });
    expect(await lift({ profileId: 'vsat' })).toMatchObject({ code: 'not_found' });
    expect(await lift({ reason: ' ' })).toMatchObject({ code: 'invalid_input' });
  });

  test('begins anew with the month on board, and is the old one again when the clock is set back', async () => {
    environment.setClock(Date.UTC(2026, 2, 31, 23, 58));
    await set({ budgets: budgetsOf({ normal: kilobyte }) });
    await useUp();
    await create('Waits');
    expect(lanesSent()).toEqual([]);
    environment.advance(2 * minute);
    expect(lanesSent()).toEqual(['normal']);
    environment.setClock(Date.UTC(2026, 2, 31, 23, 59));
    environment.advance(minute / 2);
    await create('Waits again');
    environment.advance(minute / 2 - 1_000);
    expect((await status()).policy.holds).toHaveLength(1);
  });

  test('for the connection itself closes a link that would always stand, but not to what is urgent', async () => {
    await set({ budgets: budgetsOf({ overhead: kilobyte }) });
    link.up();
    for (let index = 0; index < 6; index += 1) await vessel.call('sync.sendNow', {});
    environment.advance(0);
    await settle();
    environment.advance(5_000);
    await settle();
    expect((await status()).policy.why).toMatch(/^Budget for the connection itself reached/);
    expect(link.connected).toBe(false);
    const opened = link.opened;
    await create('Crack in the rudder stock', 'critical');
    expect(link.opened).toBe(opened + 1);
  });
});

describe('what the link took', () => {
  test('is counted by lane, and kept across a power cut to within half a minute', async () => {
    link.up();
    await create('Paint the railing');
    await create('Crack in the rudder stock', 'critical');
    environment.advance(0);
    const published = link.published.map(({ topic, payload }) => ({ topic, bytes: payload.length }));
    const bytesOf = (end: RegExp) =>
      published.filter(({ topic }) => end.test(topic)).reduce((sum, { bytes }) => sum + bytes, 0);
    environment.advance(31_000);
    // As another program finds it after a power cut: nothing was closed.
    const onDisk = readDatabase(vessel.directory, (connection) =>
      connection
        .prepare('SELECT day, profile, counted, sent, received FROM link_usage ORDER BY counted')
        .all(),
    );
    const row = { day: '2026-03-14', profile: 'link', received: 0 };
    expect(onDisk).toEqual([
      { ...row, counted: 'normal', sent: bytesOf(/\/(normal|ask)$/) },
      { ...row, counted: 'overhead', sent: expect.any(Number) },
      { ...row, counted: 'urgent', sent: bytesOf(/\/urgent$/) },
    ]);
    const before = await vessel.call('link.usage', {});
    await reopen();
    const after = await vessel.call('link.usage', {});
    expect(after.profiles[0]?.total.urgent).toEqual(before.profiles[0]?.total.urgent);
    expect(after.profiles[0]).toMatchObject({ name: 'Ship’s link', connections: 1, cost: null });
  });

  test('is by day on board and profile, with what it costs and comes to', async () => {
    const policy = policyOf({ tariff: { perMb: 10, perMinute: 1 } });
    await vessel.call('link.setPolicy', { policy });
    link.up();
    await create('Before midnight');
    await pass(30 * minute);
    link.down();
    environment.setClock(Date.UTC(2026, 2, 15, 12));
    link.up();
    await create('The day after');
    await pass(30 * minute);
    const { profiles, ...usage } = await vessel.call('link.usage', {});
    const used = profiles[0];
    expect(usage).toMatchObject({ month: '2026-03', days: 31, today: 15, currency: 'USD' });
    expect([...new Set(used?.days.map(({ day }) => day))]).toEqual(['2026-03-14', '2026-03-15']);
    expect(used?.connectedSeconds).toBe(3_600);
    expect(used?.cost).toBeGreaterThan(60);
    expect(used?.cost).toBeLessThan(61);
    expect(used?.forecast).toBeGreaterThan(60 * 2);
    expect((await vessel.call('link.usage', { month: '2025-12' })).profiles[0]).toMatchObject({
      days: [],
      cost: 0,
      forecast: null,
      budgets: [],
    });
    await vessel.call('link.setPolicy', {
      policy: {
        ...policy,
        profileId: 'vsat',
        profiles: [plainProfile('vsat', 'VSAT')],
      },
    });
    expect((await vessel.call('link.usage', {})).profiles.map(({ id, name }) => [id, name])).toEqual([
      ['vsat', 'VSAT'],
      ['lband', null],
    ]);
  });
});

describe('a profile chosen by the network', () => {
  const vsat = { ...plainProfile('vsat', 'VSAT'), id: 'vsat', name: 'VSAT', gateways: ['10.0.0.1'] };
  const lband = { ...plainProfile('lband', 'L-band'), gateways: ['10.0.0.2'], mode: 'on_demand' as const };
  const policy = { ...policyOf(), chooseBy: 'gateway' as const, profileId: 'vsat', profiles: [vsat, lband] };

  test('switches with the address of the router within a minute; one that cannot be read is told and changes nothing', async () => {
    let seen: () => Promise<string | null> = () => Promise.resolve('10.0.0.1');
    await vessel.node.close();
    vessel = openTestVessel({ environment, openLink: link.open, readGateway: () => seen() });
    await vessel.call('link.setPolicy', { policy });
    await settle();
    link.up();
    expect(await vessel.call('link.policy', {})).toMatchObject({
      profileId: 'vsat',
      chosenBy: 'gateway',
      gateway: { address: '10.0.0.1', error: null },
    });

    seen = () =>
      Promise.reject(new Error('The address of the network’s router could not be read: no such file'));
    environment.advance(minute);
    await settle();
    expect(await vessel.call('link.policy', {})).toMatchObject({
      profileId: 'vsat',
      gateway: { address: '10.0.0.1', error: expect.stringContaining('could not be read') },
    });
    expect(link.connected).toBe(true);

    seen = () => Promise.resolve('10.0.0.2');
    environment.advance(minute);
    await settle();
    environment.advance(5_000);
    await settle();
    expect((await status()).policy).toMatchObject({ profile: 'L-band', isOpen: false });
    expect(link.connected).toBe(false);

    seen = () => Promise.resolve('172.16.0.1');
    environment.advance(minute);
    await settle();
    expect(await vessel.call('link.policy', {})).toMatchObject({ profileId: 'vsat', chosenBy: 'fallback' });
  });
});

test('a policy that this program cannot read is told, and the link is used', async () => {
  await set({ mode: 'on_demand' });
  await vessel.node.close();
  readDatabase(vessel.directory, (connection) =>
    connection.prepare(`UPDATE node_settings SET value = '{"later":1}' WHERE name = 'link_policy'`).run(),
  );
  vessel = openTestVessel({ directory: vessel.directory, environment, openLink: link.open });
  expect((await status()).policy).toMatchObject({
    isOpen: true,
    note: expect.stringContaining('Set it again'),
  });
});
