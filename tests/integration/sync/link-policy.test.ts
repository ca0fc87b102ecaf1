import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import type { LinkProfile } from '#shared/link-policy/policy.ts';
import type { LinkUsage } from '#shared/contract/link.ts';
import { vesselSummary } from '#shared/office/sync.ts';
import type { Environment } from '#shared/ports.ts';
import { budgetsOf, policyOf } from '#support/link-policies.ts';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { startOurProgram } from '#support/processes.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { askHttp, startShore, type Shore } from '#support/shore.ts';
import { freePort } from '#support/ports.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { tapWire, type WireTap } from '../link/wire-tap.ts';

const vesselId = 'mv-aurora';
const vessels = z.object({ items: z.array(vesselSummary) });

describe('a link policy between a ship and an office', () => {
  let broker: Mosquitto;
  let shore: Shore;
  let tap: WireTap;
  let vessel: TestVessel;
  /** Added to the ship's clock. */
  let clockOffset: number;

  beforeAll(async () => {
    broker = await startMosquitto();
    shore = await startShore([
      '--database',
      await emptyDatabase(),
      '--mqtt',
      broker.url,
      '--log-level',
      'warn',
    ]);
  });
  afterAll(async () => {
    await shore.stop();
    await broker.remove();
  });
  beforeEach(async () => {
    clockOffset = 0;
    tap = await tapWire(broker.port);
    vessel = board();
  });
  afterEach(async () => {
    await vessel.node.close();
    await tap.close();
  });

  /** The ship's computer, its link led through the tap. */
  function board(directory?: string, keepalive = 240): TestVessel {
    const system = systemEnvironment(silentLog);
    const environment: Environment = { ...system, now: () => system.now() + clockOffset };
    const pace = { shortestWait: 50, longestWait: 200, keepalive };
    const configuration = brokerConfiguration({ mqtt: `mqtt://127.0.0.1:${tap.port}` }, pace);
    return openTestVessel({
      vesselId,
      environment,
      openLink: mqttLink(configuration, environment),
      ...(directory === undefined ? {} : { directory }),
    });
  }

  const status = () => vessel.call('sync.status', {});
  const set = (change: Partial<LinkProfile>) => vessel.call('link.setPolicy', { policy: policyOf(change) });
  const create = (title: string, priority: 'normal' | 'critical' = 'normal') =>
    vessel.call('workOrders.create', { title, priority });
  const onWire = (): number => tap.bytes.reduce((sum, each) => sum + each, 0);
  const raise = async (title: string, priority = 'normal') => {
    const body = { vessel: vesselId, title, priority };
    const { status: code, text } = await shore.ask('/api/work-orders', { method: 'POST', body });
    if (code !== 201) throw new Error(text);
  };
  const isOnBoard = async (title: string): Promise<boolean> =>
    (await vessel.call('workOrders.list', { search: title })).items.length > 0;
  const waitsFor = async (state: string): Promise<void> => {
    await until(`the link ${state}`, async () => (await status()).link.state === state, { within: 60_000 });
  };
  /** The office knows that the ship is away: what is raised there from now on is not on its way to a link that closes. */
  const isAway = () =>
    until('the goodbye ashore', async () => {
      const { text } = await shore.ask('/api/vessels');
      return vessels.parse(JSON.parse(text)).items.some((each) => each.vesselId === vesselId && !each.online);
    });
  /** Every connection so far was ended by the ship, whatever the broker still had to say on it. */
  const goodbye = () =>
    until('the goodbye', () => tap.packets.filter((p) => p === '> DISCONNECT').length === tap.connections);
  /** Bytes counted on board, without the headers beneath that no socket tells of. */
  const countedBytes = ({ profiles }: LinkUsage): number =>
    profiles
      .flatMap(({ total }) => [total.urgent, total.normal, total.bulk, total.overhead])
      .reduce((sum, { sent, received }) => sum + sent + received, 0);

  test('on demand: Send now drains both ways, closes by itself, and then not a byte goes', async () => {
    await waitsFor('online');
    await set({ mode: 'on_demand' });
    await waitsFor('waiting');
    await goodbye();
    await isAway();
    await create('Paint the railing');
    await raise('Order of the office one');
    const [bytes, connections] = [onWire(), tap.connections];
    await until('a while on demand', async () => {
      await create('Written meanwhile');
      return (await status()).queue.depth >= 12;
    });
    expect([onWire(), tap.connections]).toEqual([bytes, connections]);

    await vessel.call('sync.sendNow', {});
    await waitsFor('online');
    await waitsFor('waiting');
    const { queue, policy, agreement } = await status();
    expect(queue.depth).toBe(0);
    expect(agreement.state).toBe('equal');
    expect(policy).toMatchObject({ isOpen: false, note: null, why: 'Closed until someone says Send now' });
    expect(await isOnBoard('Order of the office one')).toBe(true);
    expect(tap.connections).toBe(connections + 1);
    await goodbye();

    // What was counted is what went, and it says nothing while nothing goes.
    const counted = await vessel.call('link.usage', {});
    expect(countedBytes(counted)).toBe(onWire());
    expect(counted.profiles.find(({ id }) => id === 'lband')?.connections).toBe(1);
  });

  test('on demand: an urgent change opens the link by itself', async () => {
    await waitsFor('online');
    await set({ mode: 'on_demand' });
    await waitsFor('waiting');
    await create('Crack in the rudder stock', 'critical');
    await waitsFor('online');
    await waitsFor('waiting');
    expect((await status()).queue.depth).toBe(0);
  });

  test('a window opens and closes; outside it urgent changes go both ways, and others wait on both ends', async () => {
    await waitsFor('online');
    await until('equal ends', async () => (await status()).agreement.state === 'equal', { within: 30_000 });
    const hour = new Date().getUTCHours();
    const clock = (hours: number): string => `${String((hour + hours) % 24).padStart(2, '0')}:00`;
    await set({ mode: 'windows', windows: [{ from: clock(4), to: clock(6) }] });
    await waitsFor('waiting');
    await isAway();
    await create('Paint the railing');
    await raise('Order of the office two');
    await raise('Stop the crane', 'critical');
    const connections = tap.connections;
    await create('Crack in the rudder stock', 'critical');
    await until('what is urgent on board', () => isOnBoard('Stop the crane'), { within: 60_000 });
    await waitsFor('waiting');
    expect(tap.connections).toBe(connections + 1);
    expect((await status()).queue.byLane).toMatchObject({ urgent: 0, normal: 1 });
    expect(await isOnBoard('Order of the office two')).toBe(false);

    // Within the window by the ship's clock; the policy looks at it again when anything urgent is written.
    clockOffset = 5 * 3_600_000;
    await create('Wakes the policy', 'critical');
    await until('everything on board', () => isOnBoard('Order of the office two'), { within: 60_000 });
    await until('everything ashore', async () => (await status()).queue.depth === 0, { within: 60_000 });
    expect((await status()).policy.why).toBe(`In the window until ${clock(6)}`);
    clockOffset = 0;
    await create('Wakes the policy again', 'critical');
    await waitsFor('waiting');
  });

  test('a budget that is used up holds normal changes on both ends and lets urgent ones by; a restart does not begin it anew', async () => {
    await waitsFor('online');
    await until('equal ends', async () => (await status()).agreement.state === 'equal', { within: 30_000 });
    await set({ budgets: budgetsOf({ normal: 0.001 }) });
    await until('the budget reached', async () => {
      await create(`Uses it up ${Array.from({ length: 9 }, () => Math.random()).join(' ')}`);
      return (await status()).policy.holds.length > 0;
    });
    await until('the lane still', async () => (await status()).queue.sent === 0);
    await create('Waits here');
    // The ship said which lanes it takes before it sent this: once this is held ashore, the office knows.
    await create('Crack in the rudder stock', 'critical');
    await until('what is urgent ashore', async () => (await status()).queue.byLane.urgent === 0);
    await raise('Order of the office three');
    await raise('Stop the windlass', 'critical');
    await until('what is urgent on board', () => isOnBoard('Stop the windlass'));
    expect((await status()).queue.byLane.normal).toBeGreaterThan(0);
    expect(await isOnBoard('Order of the office three')).toBe(false);

    const { directory } = vessel;
    const before = await vessel.call('link.usage', {});
    await vessel.node.close();
    vessel = board(directory);
    await waitsFor('online');
    const after = await vessel.call('link.usage', {});
    expect(countedBytes(after)).toBeGreaterThanOrEqual(countedBytes(before));
    expect((await status()).policy.holds).toEqual([
      { lane: 'normal', why: expect.stringMatching(/^Budget for normal reached/) },
    ]);
    expect((await status()).queue.byLane.normal).toBeGreaterThan(0);

    const lift = { profileId: 'lband', budget: 'normal', reason: 'Class survey' } as const;
    await vessel.call('link.liftStop', lift);
    await until('everything ashore', async () => (await status()).queue.depth === 0, { within: 60_000 });
    await until('everything on board', () => isOnBoard('Order of the office three'));
  });
});

const usage = z.object({
  output: z.object({
    profiles: z.array(z.object({ total: z.record(z.string(), z.object({ sent: z.number() })) })),
  }),
});

test('what a ship’s program counted is there after kill -9', async () => {
  const broker = await startMosquitto();
  const [directory, port, token] = [temporaryDirectory('killed'), await freePort(), 'a'.repeat(32)];
  const start = async () => {
    const own = ['--data', directory, '--port', String(port), '--token', token, '--vessel', vesselId];
    const program = startOurProgram(
      'src/main/station/vessel-program.ts',
      own.concat(['--mqtt', broker.url, '--log-level', 'warn']),
    );
    await program.line(/^ARUS vessel node /, 60_000);
    return program;
  };
  const sent = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    const { json } = await askHttp(port, '/call/link.usage', { method: 'POST', body: {}, headers });
    const { profiles } = usage.parse(json).output;
    return profiles.reduce((sum, { total }) => sum + (total['overhead']?.sent ?? 0), 0);
  };
  const first = await start();
  const counted = await until('something counted', async () => {
    // Asking writes down what has been counted.
    const bytes = await sent();
    return bytes > 200 ? bytes : null;
  });
  await first.kill();
  const second = await start();
  expect(await sent()).toBeGreaterThanOrEqual(counted);
  await second.stop();
  await broker.remove();
});
