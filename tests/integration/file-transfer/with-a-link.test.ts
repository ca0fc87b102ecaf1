import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import type { OpenLink } from '#shared/ports.ts';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { until } from '#support/until.ts';
import { office, TwoEnds, vesselId } from './two-ends.ts';

describe('files, and a link before or after them', () => {
  let ends: TwoEnds;
  let broker: Mosquitto;
  beforeEach(async () => {
    broker = await startMosquitto();
    ends = await TwoEnds.start();
  });
  afterEach(async () => {
    await ends.close();
    await broker.remove();
  });

  const link = (): OpenLink =>
    mqttLink(
      brokerConfiguration({ mqtt: broker.url }, { shortestWait: 100, longestWait: 300 }),
      ends.environment,
    );
  const shoreComesUp = async (): Promise<void> => {
    await ends.shore.close();
    ends.shore = ends.openShore(link());
    await ends.shore.ready;
  };
  const reopened = async (online: boolean): Promise<void> => {
    await ends.ship.node.close();
    const { directory } = ends.ship;
    ends.ship = ends.openShip({ directory, ...(online ? { openLink: link() } : {}) });
  };
  const settled = (): Promise<unknown> =>
    until('both equal', async () => (await ends.ship.call('sync.status', {})).agreement.state === 'equal', {
      within: 30_000,
    });

  test('keys are shown over the link at the first contact, kept, and a new one is told to people instead of taken', async () => {
    await shoreComesUp();
    await reopened(true);
    await until(
      "each other's keys",
      async () =>
        (await ends.ship.call('byHand.status', {})).peer !== null &&
        (await ends.shore.fileTransfer.status(vesselId)).peer !== null,
    );
    const before = await ends.ship.call('byHand.status', {});
    expect(before.peer).toMatchObject({
      how: 'link',
      fingerprint: (await ends.shore.fileTransfer.ownKey()).fingerprint,
    });
    expect((await ends.shore.fileTransfer.status(vesselId)).peer).toMatchObject({
      how: 'link',
      fingerprint: before.own.fingerprint,
    });

    await ends.ship.node.close();
    const { directory } = ends.ship;
    rmSync(join(directory, 'by-hand-keys.json'));
    ends.ship = ends.openShip({ directory, openLink: link() });
    const after = await ends.ship.call('byHand.status', {});
    expect(after.own.fingerprint).not.toBe(before.own.fingerprint);
    await until(
      'the office has been shown the new key',
      async () => (await ends.shore.fileTransfer.status(vesselId)).offered !== null,
    );
    const shown = await ends.shore.fileTransfer.status(vesselId);
    expect(shown.peer?.fingerprint).toBe(before.own.fingerprint);
    expect(shown.offered?.fingerprint).toBe(after.own.fingerprint);
    const codes = async () => (await ends.shore.service.problems({})).items.map(({ code }) => code);
    expect(await codes()).toContain('key_changed');
    await ends.shore.fileTransfer.trust(vesselId, after.own.text, after.own.fingerprint);
    expect(await codes()).not.toContain('key_changed');
    expect((await ends.shore.fileTransfer.status(vesselId)).offered).toBeNull();
  });

  test('what went in files is not sent again when the link comes back', async () => {
    await ends.exchangeKeys();
    for (let index = 0; index < 50; index += 1)
      await ends.ship.call('workOrders.create', { title: `Order ${index}` });
    await ends.shore.service.workOrders.create(vesselId, { title: 'Of the office' }, office);
    await ends.roundTrip();
    await ends.toShore(...(await ends.fromShip()));
    expect(await ends.depth()).toBe(0);
    await shoreComesUp();
    await reopened(true);
    await settled();
    await ends.ship.call('workOrders.create', { title: 'Over the link' });
    await until('the queue empty', async () => (await ends.depth()) === 0);
    const { ingest, downlink } = await ends.shore.service.syncHealth();
    expect(ingest).toMatchObject({ batches: 1, changes: 1, duplicates: 0 });
    expect(downlink.sent).toBe(0);
    expect(await ends.differences()).toEqual([]);
  });

  test('half over the link, the rest in a file, with the answers of neither: nothing is lost or doubled', async () => {
    await shoreComesUp();
    await reopened(true);
    await until('keys', async () => (await ends.ship.call('byHand.status', {})).peer !== null);
    for (const title of ['A', 'B']) await ends.ship.call('workOrders.create', { title });
    await settled();
    await reopened(false);
    await ends.ship.call('workOrders.create', { title: 'Crack in the hull', priority: 'critical' });
    await ends.ship.call('workOrders.create', { title: 'C' });
    const file = await ends.fromShip();
    await ends.ship.call('workOrders.create', { title: 'D' });
    await reopened(true);
    await until('the queue empty', async () => (await ends.depth()) === 0);
    const [late] = await ends.toShore(...file);
    expect(late).toMatchObject({ outcome: 'taken', fresh: 0 });
    await settled();
    expect(await ends.differences()).toEqual([]);
    expect((await ends.shore.service.problems({})).items).toEqual([]);
  });
});
