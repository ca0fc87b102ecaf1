import { describe, expect, test } from 'vitest';
import { firstPolicy, linkPolicy, plainProfile } from '#shared/link-policy/policy.ts';
import { noBytes, type Counted } from '#shared/link-policy/traffic.ts';
import type { LinkUsage } from '#shared/contract/link.ts';
import {
  fieldOf,
  newProfile,
  profileOf,
  toForm,
  toPolicy,
  toWindows,
} from '../../../src/renderer/features/link-policy/policy-form-values.ts';
import { moneyText, stripsOf, tallest } from '../../../src/renderer/features/link-policy/usage-figures.ts';

const full = {
  ...plainProfile('lband', 'L-band'),
  gateways: ['192.168.20.1', 'fe80::1'],
  mode: 'windows' as const,
  windows: [
    { from: '02:00', to: '04:00' },
    { from: '23:30', to: '00:30' },
  ],
  tariff: { perMb: 7.9, perMinute: null },
  budgets: { urgent: null, normal: 40, bulk: 2.5, overhead: null },
};

describe('The form of the link policy', () => {
  test('gives back what it was given', () => {
    const policy = { ...firstPolicy, profileId: 'lband', profiles: [full, plainProfile('vsat', 'VSAT')] };
    expect(linkPolicy.parse(toPolicy(toForm(policy)))).toEqual(policy);
  });

  test.each([
    ['2-4', [{ from: '02:00', to: '04:00' }]],
    [
      '02.00 to 04.30; 1430–15',
      [
        { from: '02:00', to: '04:30' },
        { from: '14:30', to: '15:00' },
      ],
    ],
    ['', []],
  ])('reads hours as people write them: %s', (typed, windows) => {
    expect(toWindows(typed)).toEqual(windows);
  });

  test.each(['two to four', '02:00', '2-4-6pm', '02:00-'])('takes no hours out of %s', (typed) => {
    const form = toForm({ ...firstPolicy, profiles: [{ ...full, id: 'link' }] });
    form.profiles = form.profiles.map((profile) => ({ ...profile, windows: typed }));
    expect(linkPolicy.safeParse(toPolicy(form)).success).toBe(false);
  });

  test('shows a complaint at the field that holds what it is about, on the first link that has one', () => {
    expect(fieldOf('profiles.1.budgets.normal')).toBe('profiles.1.normal');
    expect(fieldOf('profiles.0.windows.2.from')).toBe('profiles.0.windows');
    expect(fieldOf('warnAtPercent')).toBe('warnAtPercent');
    expect(profileOf(['warnAtPercent', 'profiles.3.name', 'profiles.1.normal'])).toBe(1);
    expect(profileOf(['currency'])).toBeNull();
  });

  test('gives a further link an id that no other has', () => {
    const { profiles } = toForm({ ...firstPolicy, profiles: [{ ...full, id: 'link-2' }] });
    expect(newProfile(profiles).id).toBe('link-3');
  });
});

describe('The chart of what the link took', () => {
  const row = (day: string, counted: Counted, bytes: number) => ({
    day,
    counted,
    sent: bytes,
    received: bytes,
  });
  const profile: LinkUsage['profiles'][number] = {
    id: 'lband',
    name: 'L-band',
    days: [
      row('2026-02-01', 'normal', 10),
      row('2026-02-28', 'headers', 3),
      row('2026-02-28', 'overhead', 4),
    ],
    total: Object.fromEntries(Object.keys(noBytes).map((kind) => [kind, { sent: 0, received: 0 }])) as never,
    connectedSeconds: 0,
    connections: 0,
    cost: null,
    forecast: null,
    budgets: [],
  };
  const usage: LinkUsage = {
    month: '2026-02',
    months: [],
    days: 28,
    today: null,
    currency: 'USD',
    profiles: [profile],
  };

  test('has a bar for every day of the month, both ways, and headers with the connection', () => {
    const strips = stripsOf(usage, profile);
    expect(strips.map(({ name, total }) => [name, total])).toEqual([
      ['Urgent', 0],
      ['Normal', 20],
      ['Bulk', 0],
      ['Connection', 14],
    ]);
    expect(strips[1]?.days).toHaveLength(28);
    expect(strips[3]?.days.at(-1)).toBe(14);
    expect(tallest(strips)).toEqual({ bytes: 20, day: 1 });
    expect(tallest(stripsOf(usage, { ...profile, days: [] }))).toBeNull();
  });

  test('says a cost with its currency, and none where nothing is charged', () => {
    expect([moneyText('USD', 1234.5), moneyText('USD', null)]).toEqual(['USD 1,234.50', '–']);
  });
});
