import { describe, expect, test } from 'vitest';
import { costOf, forecast } from '#shared/link-policy/cost.ts';
import { chooseProfile, firstPolicy, linkPolicy, type LinkPolicy } from '#shared/link-policy/policy.ts';
import { countedAs, headersOf, noTraffic } from '#shared/link-policy/traffic.ts';
import { at, profile } from './situation.ts';

const vsat = profile({ id: 'vsat', name: 'VSAT', gateways: ['192.168.10.1'] });
const lband = profile({ id: 'lband', name: 'L-band', gateways: ['192.168.20.1', 'fe80::1'] });
const policy = (change: Partial<LinkPolicy> = {}): LinkPolicy => ({
  ...firstPolicy,
  profileId: 'vsat',
  profiles: [vsat, lband],
  ...change,
});
const complaints = (given: unknown): string[] =>
  linkPolicy.safeParse(given).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('A link policy', () => {
  test('is from the first day one that uses the link', () => {
    expect(complaints(firstPolicy)).toEqual([]);
    expect(complaints(policy())).toEqual([]);
  });

  test.each([
    ['a profile that is not there', { profileId: 'none' }, 'profileId: Choose one of the links'],
    ['two links of one name', { profiles: [vsat, { ...lband, name: 'vsat' }] }, 'Another link has this name'],
    [
      'an address twice',
      { profiles: [vsat, { ...lband, gateways: ['192.168.10.1'] }] },
      'stands for another',
    ],
    ['an address that is none', { profiles: [{ ...vsat, gateways: ['router'] }] }, 'An address such as'],
    ['windows without one', { profiles: [{ ...vsat, mode: 'windows' }] }, 'Give at least one window'],
    [
      'a window of no length',
      { profiles: [{ ...vsat, windows: [{ from: '02:00', to: '02:00' }] }] },
      'ends at another time',
    ],
    [
      'an hour that no clock shows',
      { profiles: [{ ...vsat, windows: [{ from: '24:00', to: '02:00' }] }] },
      '02:00',
    ],
    [
      'a budget of nothing',
      { profiles: [{ ...vsat, budgets: { ...vsat.budgets, bulk: 0 } }] },
      'More than 0',
    ],
    [
      'a price below nothing',
      { profiles: [{ ...vsat, tariff: { perMb: -1, perMinute: null } }] },
      'Not less than 0',
    ],
    ['no link at all', { profiles: [] }, 'profiles'],
    ['what it does not know', { colour: 'red' }, 'colour'],
  ])('refuses %s', (_, change, complaint) => {
    expect(complaints({ ...policy(), ...change }).join('; ')).toContain(complaint);
  });

  test('takes the profile that was chosen by hand, whatever the network is', () => {
    expect(chooseProfile(policy(), '192.168.20.1')).toEqual({ profile: vsat, by: 'hand' });
  });

  test('takes the one that has the router’s address, and the chosen one where none has', () => {
    const byGateway = policy({ chooseBy: 'gateway' });
    expect(chooseProfile(byGateway, '192.168.20.1')).toEqual({ profile: lband, by: 'gateway' });
    expect(chooseProfile(byGateway, '10.0.0.1')).toEqual({ profile: vsat, by: 'fallback' });
    expect(chooseProfile(byGateway, null)).toEqual({ profile: vsat, by: 'fallback' });
  });
});

describe('What a link costs', () => {
  test('is by the megabyte and the minute, and nothing that is known without a price', () => {
    expect(costOf({ perMb: 8, perMinute: null }, 2_500_000, 60_000)).toBe(20);
    expect(costOf({ perMb: 8, perMinute: 0.5 }, 500_000, 90_000)).toBe(4.75);
    expect(costOf({ perMb: null, perMinute: null }, 2_500_000, 60_000)).toBeNull();
  });

  test('goes on as it has begun, once a day of the month is over', () => {
    const month = { begins: at('2026-03-01T00:00:00Z'), ends: at('2026-04-01T00:00:00Z') };
    expect(forecast(50, at('2026-03-01T12:00:00Z'), month)).toBeNull();
    expect(forecast(50, at('2026-03-11T00:00:00Z'), month)).toBe(155);
  });
});

describe('What bytes are counted as', () => {
  test.each([
    ['arus/MV-ONE/up/urgent', 'urgent'],
    ['arus/MV-ONE/down/normal', 'normal'],
    ['arus/MV-ONE/down/page', 'normal'],
    ['arus/MV-ONE/up/bulk', 'bulk'],
    ['arus/MV-ONE/up/hello', 'overhead'],
    ['arus/MV-ONE/down/ack', 'overhead'],
    ['arus/shore/presence/gateway-1', 'overhead'],
    ['arus/MV-ONE/up/something-later', 'bulk'],
  ])('%s is %s', (topic, kind) => {
    expect(countedAs(topic)).toBe(kind);
  });

  test('a ping and its answer are three packets of headers', () => {
    const { sent, received } = headersOf({
      ...noTraffic,
      sent: 2,
      received: 2,
      packetsSent: 1,
      packetsReceived: 1,
    });
    expect(sent + received).toBe(120);
  });

  test('a connection that is begun and ended takes seven besides', () => {
    const { sent, received } = headersOf({ ...noTraffic, connections: 1 });
    expect(sent + received).toBe(280);
  });
});
