import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricsHistory } from '#shared/office/metrics.ts';
import { newApiKey } from '#shore/api/api-keys.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { startShore } from '#support/shore.ts';
import { until } from '#support/until.ts';
import { Fleet, vesselId } from '../sync/fleet.ts';

const hostile = 12;

describe('the figures of a gateway', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await Fleet.start();
  });
  afterAll(() => fleet.remove());

  const metrics = async (): Promise<string> => (await fleet.shore.ask('/metrics')).text;
  const valueOf = (text: string, name: string): number => {
    const line = text.split('\n').find((each) => each.startsWith(`${name}{`) || each.startsWith(`${name} `));
    return Number(line?.split(' ').at(-1));
  };

  test('tell Prometheus what was stored, how long it took, and how each ship stands', async () => {
    const bridge = fleet.board('Bridge PC');
    await bridge.call('workOrders.create', { title: 'Leak at the fuel pump' });
    await fleet.settled(bridge);
    await until(
      'the ship among the figures',
      async () => (await metrics()).includes(`vessel="${vesselId}"`),
      {
        within: 60_000,
      },
    );
    const text = await metrics();
    expect(valueOf(text, 'arus_changes_total')).toBeGreaterThan(0);
    expect(text).toMatch(/arus_ingest_seconds\{quantile="0.99",gateway="[^"]+"\} 0\.\d+/);
    expect(text).toMatch(
      /arus_http_requests_total\{route="\/metrics",method="GET",status="2xx",gateway="[^"]+"\} \d+/,
    );
    expect(valueOf(text, 'arus_broker_connected')).toBe(1);
    expect(valueOf(text, 'arus_database_up')).toBe(1);
    expect(valueOf(text, 'arus_pool_connections')).toBeGreaterThan(0);
    expect(valueOf(text, 'arus_ship_waiting_ashore')).toBe(0);
  });

  test('count what is refused by kind and ship, and make no series of names that strangers take nor of paths', async () => {
    const client = await connectAsync(fleet.broker.url);
    for (let each = 0; each < hostile; each += 1)
      await client.publishAsync(`arus/stranger-${each}/up/normal`, 'nonsense', { qos: 1 });
    await client.publishAsync(`arus/${vesselId}/up/normal`, 'nonsense', { qos: 1 });
    await client.endAsync();
    for (let each = 0; each < hostile; each += 1) await fleet.shore.ask(`/nothing/at-${each}`);
    const refused = (text: string) =>
      text.split('\n').filter((line) => line.startsWith('arus_messages_refused_total{'));
    await until('all refused', async () =>
      refused(await metrics()).some(
        (line) => line.includes('vessel="other"') && line.endsWith(` ${hostile}`),
      ),
    );
    await until('that of the ship', async () =>
      refused(await metrics()).some((line) => line.includes(`vessel="${vesselId}"`)),
    );
    const text = await metrics();
    expect(text).not.toContain('stranger-');
    expect(text).not.toContain('/nothing');
    expect(text).toMatch(/arus_http_requests_total\{route="none",method="GET",status="4xx"/);
  });

  test(
    'are there over time for the office’s page, since this gateway began',
    { timeout: 120_000 },
    async () => {
      const history = async () => metricsHistory.parse(await fleet.shore.get('/api/metrics/history?hours=6'));
      const had = await until(
        'two samples',
        async () => {
          const found = await history();
          // On a busy machine the database may have been away for a moment, and is shown so for that minute.
          const isWell = found.series['database']?.at(-1) === 1;
          return isWell && (found.series['requestsPerSecond'] ?? []).some((each) => (each ?? 0) > 0)
            ? found
            : null;
        },
        { within: 100_000 },
      );
      expect(Date.parse(had.since)).toBeLessThan(Date.parse(had.now));
      expect(had.series['residentBytes']?.at(-1)).toBeGreaterThan(1_000_000);
      expect(had.ships).toMatchObject([{ vesselId, waitingAshore: 0, conflicts: 0 }]);
      expect((await fleet.shore.ask('/api/metrics/history?hours=25')).status).toBe(400);
    },
  );

  test('are for those who have a key, where one is needed', async () => {
    const { key, line } = newApiKey('prometheus', new Uint8Array(32).fill(7));
    const shore = await startShore(
      [
        '--database',
        await emptyDatabase(),
        '--mqtt',
        fleet.broker.url,
        '--gateway',
        'guarded',
        '--log-level',
        'error',
      ],
      { ARUS_API_KEYS: line },
    );
    try {
      expect((await shore.ask('/metrics')).status).toBe(401);
      const { status, headers } = await shore.ask('/metrics', {
        headers: { authorization: `Bearer ${key}` },
      });
      expect(status).toBe(200);
      expect(headers['content-type']).toContain('version=0.0.4');
    } finally {
      await shore.stop();
    }
  });
});
