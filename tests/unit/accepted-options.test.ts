import { describe, expect, test } from 'vitest';
import { isStorable } from '#shared/domain/storable-text.ts';
import { linkCodec } from '#link/link-codec.ts';
import {
  decodeFrame,
  decodePresence,
  encodeFrame,
  encodePresence,
  type Batch,
  type Hello,
} from '#shared/sync/frame.ts';
import { gatewayPresence, parseTopic, topicOf } from '#shared/sync/topics.ts';
import { ProgramEnd as ShoreEnd, readShoreOptions } from '#shore/shore-options.ts';
import { ProgramEnd, readVesselOptions } from '#station/vessel-options.ts';
import { changeOf, ship } from './sync/changes.ts';

const quiet = { out: () => undefined, err: () => undefined };

/** The options as the vessel program takes them; null where it ends with a sentence. */
function onBoard(...argv: string[]) {
  const defaults = { device: 'bridge', timeZone: 'UTC', page: '/page', version: '1.2.3' };
  try {
    return readVesselOptions(['--data', 'x', '--no-mqtt', '--vessel', 'MV-A', ...argv], defaults, quiet);
  } catch (error) {
    if (error instanceof ProgramEnd) return null;
    throw error;
  }
}

function ashore(...argv: string[]) {
  const defaults = { gateway: 'gateway', page: '/page', version: '1.2.3', hasApiKeys: true };
  const given = ['--database', 'pglite:x', '--mqtt', 'mqtt://127.0.0.1', ...argv];
  try {
    const request = readShoreOptions(given, defaults, quiet);
    return 'run' in request ? request.run : null;
  } catch (error) {
    if (error instanceof ShoreEnd) return null;
    throw error;
  }
}

const texts = [
  'x',
  'MV Aurora',
  'Ærø – 漢字',
  'n'.repeat(40),
  'n'.repeat(80),
  'n'.repeat(120),
  'n'.repeat(121),
  '漢'.repeat(120),
  '🚢'.repeat(60),
  '🚢'.repeat(61),
  'n'.repeat(4_000),
  '',
  '   ',
  'a\nb',
  'a\u0000b',
  'half \ud83d',
  'a+b',
  'a#b',
  'a/b',
  '$share',
  '-x',
  '_x',
];
const ids = ['MV-A', 'shore', 'a', 'ab', 'n'.repeat(40), 'n'.repeat(41)];
const zones = [
  // Every tenth: a command line is parsed for each.
  ...Intl.supportedValuesOf('timeZone').filter((_zone, index) => index % 10 === 0),
  'UTC',
  'Etc/GMT+3',
  'europe/oslo',
  '+02:00',
  '-0330',
  'Mars/Base',
  'EST5EDT',
  'GMT',
];

describe('what the vessel program accepts at its start, shore takes', () => {
  test.each([
    ['--name', texts],
    ['--device', texts],
    ['--vessel', [...texts, ...ids]],
    ['--time-zone', [...zones, ...texts]],
  ])('%s', { timeout: 60_000 }, (option, values) => {
    const accepted = values.flatMap((value) => onBoard(`${option}=${value}`) ?? []);
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length).toBeLessThan(values.length);
    for (const { vessel, name, device, timeZone } of accepted) {
      const presence = { online: true, name, version: '1.2.3', since: new Date(0).toISOString(), timeZone };
      expect(decodePresence(encodePresence({ ...presence, takes: ['urgent'] }))).toMatchObject(presence);
      const hello: Hello = {
        kind: 'hello',
        vessel,
        name,
        origin: ship,
        last: 0,
        hash: 'a'.repeat(64),
        acknowledged: 0,
        held: {},
        digest: null,
        marks: {},
        recordsVersion: 1,
        at: 0,
      };
      expect(decodeFrame(encodeFrame(hello, linkCodec), vessel, linkCodec)).toEqual(hello);
      const change = changeOf({ fields: { title: 'x' }, device });
      const batch: Batch = {
        kind: 'batch',
        vessel,
        origin: ship,
        lane: 'normal',
        after: 0,
        hash: 'a'.repeat(64),
        attempt: 0,
        proof: [],
        changes: [change],
      };
      expect(decodeFrame(encodeFrame(batch, linkCodec), vessel, linkCodec)).toEqual(batch);
      expect([name, device, timeZone].every(isStorable)).toBe(true);
      expect(parseTopic(topicOf(vessel, 'up', 'hello'))).not.toBeNull();
      expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
      expect(timeZone).not.toMatch(/^[+-]/);
    }
  });
});

describe('what the gateway accepts at its start, brokers and ships take', () => {
  test.each([
    ['--gateway', texts],
    ['--share', texts],
    ['--vessels', [...texts, ...ids]],
  ])('%s', (option, values) => {
    const accepted = values.flatMap((value) => ashore(`${option}=${value}`) ?? []);
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.length).toBeLessThan(values.length);
    for (const { gateway, share, vessels } of accepted) {
      // No wildcard and no level of its own in a topic; a client id as every broker takes it.
      expect(gatewayPresence(gateway).split('/')).toHaveLength(4);
      for (const name of [gateway, share ?? 'x', ...(vessels ?? [])])
        expect(name).toMatch(/^[A-Za-z0-9_-]{1,40}$/);
      const presence = { online: true, name: gateway, version: '1.2.3', since: new Date(0).toISOString() };
      expect(decodePresence(encodePresence(presence))).toEqual(presence);
    }
  });
});
