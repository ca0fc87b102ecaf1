import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { linkCodec } from '#link/link-codec.ts';
import { decodeFrame, encodeFrame, type Hello } from '#shared/sync/frame.ts';
import { until } from '#support/until.ts';
import type { TestVessel } from '#support/vessel.ts';
import { Fleet, vesselId } from './fleet.ts';

const topic = `arus/${vesselId}/up/hello`;
const healthOfSync = z.object({ state: z.string(), downlink: z.object({ sent: z.number() }) });

/** A broker may deliver what it was given once more, and late. */
describe('an old hello', () => {
  let fleet: Fleet;
  let client: MqttClient;
  let vessel: TestVessel;
  let hellos: Buffer[];
  beforeEach(async () => {
    fleet = await Fleet.start();
    client = await mqtt.connectAsync(fleet.broker.url);
    hellos = [];
    client.on('message', (_topic, payload) => hellos.push(payload));
    await client.subscribeAsync(topic, { qos: 1 });
    vessel = fleet.board('Bridge PC');
    await write('Before');
  });
  afterEach(async () => {
    await client.endAsync();
    await fleet.remove();
  });

  const write = async (title: string): Promise<void> => {
    await vessel.call('workOrders.create', { title });
    await fleet.settled(vessel);
  };
  const lastHello = async (): Promise<Buffer> => {
    await until('a hello', () => hellos.length > 0);
    const last = hellos.at(-1);
    if (last === undefined) throw new Error('no hello');
    return last;
  };
  /** What comes behind it is taken after it, so that it is taken when this is done. */
  const deliver = async (payload: Uint8Array): Promise<void> => {
    await client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
    await until('it to have come', () => hellos.some((hello) => hello.equals(payload)));
    await write('Behind it');
  };
  const changed = async (changes: Partial<Hello>): Promise<Uint8Array> => {
    const hello = decodeFrame(await lastHello(), vesselId, linkCodec, ['hello']);
    if (hello.kind !== 'hello') throw new Error('no hello');
    return encodeFrame({ ...hello, ...changes }, linkCodec);
  };
  const told = async (): Promise<string[]> => (await fleet.problemsAshore()).map(({ code }) => code);
  const health = async () => healthOfSync.parse(await fleet.shore.get('/api/sync/health'));

  test('that comes once more changes nothing, alarms nobody and is not answered', async () => {
    const old = await lastHello();
    await write('After');
    const answers: Buffer[] = [];
    client.on('message', (on, payload) => on.endsWith('/down/ack') && answers.push(payload));
    await client.subscribeAsync(`arus/${vesselId}/down/ack`, { qos: 1 });
    await deliver(old);
    expect(await told()).toEqual([]);
    expect(await fleet.problemsOnBoard(vessel)).toEqual([]);
    expect((await health()).state).toBe('ok');
    const outcomes = answers.map((frame) => {
      const ack = decodeFrame(frame, vesselId, linkCodec, ['ack']);
      return ack.kind === 'ack' ? ack.outcome : null;
    });
    expect(outcomes).not.toContain('status');
  });

  test('of a computer that waited for a snapshot then does not keep from it what the office writes', async () => {
    const old = await changed({ wants: 'snapshot', last: 0 });
    await client.publishAsync(topic, Buffer.from(old), { qos: 1 });
    await until('it to have come', () => hellos.some((hello) => hello.equals(old)));
    await fleet.raise({ vessel: vesselId, title: 'From the office' });
    const titles = async (): Promise<string[]> =>
      (await vessel.call('workOrders.list', { limit: 100 })).items.map(({ title }) => title);
    await until('it to be on board', async () => (await titles()).includes('From the office'), {
      within: 5_000,
    });
  });

  test('that was overtaken on its way by what was written after it alarms nobody', async () => {
    const old = await changed({ attempt: 70_000 });
    await write('After');
    await deliver(old);
    expect(await told()).toEqual([]);
  });

  test('that alarms people, as one of a restored computer does, is taken back when both are found equal', async () => {
    await write('After');
    await deliver(await changed({ attempt: 70_000, at: Date.now() + 60_000 }));
    expect(await told()).toEqual(['vessel_restored']);
    expect((await health()).state).toBe('degraded');
    await vessel.call('sync.compare', {});
    await until('it to be taken back', async () => (await told())[0] === 'vessel_not_behind');
    await until('health to be good', async () => (await health()).state === 'ok');
  });
});
