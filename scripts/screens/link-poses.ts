import type { LinkUsage } from '#shared/contract/link.ts';
import { plainProfile, type LinkPolicy } from '#shared/link-policy/policy.ts';
import type { Pose } from './pose.ts';
import { inStep } from './poses.ts';

const hourMs = 3_600_000;
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();

/** A ship with three ways ashore, one of them dear. */
const policy: LinkPolicy = {
  currency: 'USD',
  warnAtPercent: 80,
  chooseBy: 'gateway',
  profileId: 'lband',
  profiles: [
    {
      ...plainProfile('lband', 'L-band'),
      gateways: ['192.168.20.1'],
      mode: 'windows',
      windows: [
        { from: '02:00', to: '04:00' },
        { from: '14:00', to: '14:30' },
      ],
      tariff: { perMb: 7.9, perMinute: null },
      budgets: { urgent: 5, normal: 40, bulk: 20, overhead: 10 },
    },
    { ...plainProfile('vsat', 'VSAT'), gateways: ['192.168.10.1'], tariff: { perMb: 0.35, perMinute: null } },
    { ...plainProfile('port', '4G in port'), gateways: ['192.168.30.1'] },
  ],
};

const why = 'Waiting for the window at 02:00';
const normalStopped = 'Budget for normal reached: 41.3 of 40 MB this month';

const counts = (day: number): { urgent: number; normal: number; bulk: number; overhead: number } => ({
  urgent: day % 6 === 3 ? 21_000 : 0,
  normal: Math.round(1_221_000 + 999_000 * Math.sin(day * 1.7) ** 2),
  bulk: day % 4 === 1 ? 2_600_000 : 0,
  overhead: 88_000 + ((day * 37) % 23) * 1_000,
});

/** Weeks of a month behind the ship. */
function usage(real: LinkUsage): LinkUsage {
  const today = 24;
  const days = Array.from({ length: today }, (_, place) => place + 1).flatMap((day) => {
    const date = `${real.month}-${String(day).padStart(2, '0')}`;
    const { urgent, normal, bulk, overhead } = counts(day);
    return [
      { day: date, counted: 'urgent' as const, sent: urgent, received: 0 },
      {
        day: date,
        counted: 'normal' as const,
        sent: Math.round(normal * 0.8),
        received: Math.round(normal * 0.2),
      },
      { day: date, counted: 'bulk' as const, sent: 0, received: bulk },
      { day: date, counted: 'overhead' as const, sent: overhead, received: overhead },
      { day: date, counted: 'headers' as const, sent: 40_000, received: 36_000 },
    ];
  });
  const totalOf = (kind: string) =>
    days
      .filter(({ counted }) => counted === kind)
      .reduce((sum, row) => ({ sent: sum.sent + row.sent, received: sum.received + row.received }), {
        sent: 0,
        received: 0,
      });
  const budget = { isNear: false, isReached: false, isLifted: false };
  return {
    ...real,
    today,
    currency: 'USD',
    profiles: [
      {
        id: 'lband',
        name: 'L-band',
        days,
        total: {
          urgent: totalOf('urgent'),
          normal: totalOf('normal'),
          bulk: totalOf('bulk'),
          overhead: totalOf('overhead'),
          headers: totalOf('headers'),
        },
        connectedSeconds: 51 * 3_600,
        connections: 58,
        cost: 521.44,
        forecast: 651.8,
        budgets: [
          { ...budget, of: 'urgent', used: 84_000, limit: 5_000_000 },
          { ...budget, of: 'normal', used: 41_300_000, limit: 40_000_000, isNear: true, isReached: true },
          { ...budget, of: 'bulk', used: 16_600_000, limit: 20_000_000, isNear: true },
          { ...budget, of: 'overhead', used: 6_600_000, limit: 10_000_000 },
        ],
      },
      ...policy.profiles.slice(1).map(({ id, name }) => ({
        id,
        name,
        days: [],
        total: real.profiles[0]?.total ?? {},
        connectedSeconds: 0,
        connections: 0,
        cost: null,
        forecast: null,
        budgets: [],
      })),
    ] as LinkUsage['profiles'],
  };
}

const standing = {
  profile: 'L-band',
  mode: 'windows' as const,
  isOpen: false,
  why,
  holds: [
    { lane: 'normal' as const, why: normalStopped },
    { lane: 'bulk' as const, why },
  ],
  warnings: ['Budget for bulk: 16.6 of 20 MB this month, 83 %'],
  note: null,
};

/** Between two windows, with the budget of ordinary work used up. */
export const betweenWindows: Pose = {
  'sync.status': (real) => ({
    ...(inStep['sync.status']?.(real) ?? real),
    link: {
      state: 'waiting',
      since: ago(3 * hourMs),
      broker: 'broker.fleet.example:8883',
      lastContactAt: ago(3 * hourMs),
      error: null,
    },
    policy: standing,
    queue: {
      ...real.queue,
      depth: 17,
      sent: 0,
      byLane: { urgent: 0, normal: 12, bulk: 5 },
      oldestAt: ago(2 * hourMs),
      oldestAgeMs: 2 * hourMs,
    },
  }),
  'link.policy': (real) => ({
    ...real,
    policy,
    profileId: 'lband',
    chosenBy: 'gateway',
    gateway: { address: '192.168.20.1', at: ago(30_000), error: null },
    standing,
  }),
  'link.usage': usage,
};

/** The link stands, and what waits is over its budget. */
export const overBudget: Pose = {
  ...betweenWindows,
  'sync.status': (real) => ({
    ...(betweenWindows['sync.status']?.(real) ?? real),
    link: {
      state: 'online',
      since: ago(hourMs / 4),
      broker: 'broker.fleet.example:8883',
      lastContactAt: ago(60_000),
      error: null,
    },
    policy: {
      ...standing,
      isOpen: true,
      why: 'In the window until 04:00',
      holds: [{ lane: 'normal' as const, why: normalStopped }],
    },
    queue: {
      ...real.queue,
      depth: 12,
      sent: 0,
      byLane: { urgent: 0, normal: 12, bulk: 0 },
      oldestAt: ago(2 * hourMs),
      oldestAgeMs: 2 * hourMs,
    },
  }),
};

/** The node's answer comes in a form that the page cannot read. */
export const unreadableLink: Pose = { 'link.usage': () => ({}) as never };
