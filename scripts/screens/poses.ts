import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Pose } from './pose.ts';

const hourMs = 3_600_000;
const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
const broker = 'broker.fleet.example:8883';

const byLane = (depth: number): SyncStatus['queue']['byLane'] => ({
  urgent: Math.min(depth, 4),
  normal: Math.max(0, depth - 4),
  bulk: 0,
});

/** Shore holds everything. */
export const inStep: Pose = {
  'sync.status': (real) => ({
    ...real,
    link: { state: 'online', since: ago(5 * hourMs), broker, lastContactAt: ago(40_000), error: null },
    queue: { depth: 0, sent: 0, byLane: byLane(0), oldestAt: null, oldestAgeMs: null },
    progress: null,
    bytes: { sent: 1_842_000, received: 412_000 },
    journal: { ...real.journal, last: 9_880, acknowledged: 9_880, fromShore: 1_204 },
  }),
  'sync.outbox': () => ({ items: [], total: 0 }),
  'workOrders.list': (real) => ({ ...real, items: real.items.map((row) => ({ ...row, sync: 'held' })) }),
};

/** A month of changes goes out over a slow link. */
export const sending: Pose = {
  'sync.status': (real) => ({
    ...real,
    link: { state: 'online', since: ago(240_000), broker, lastContactAt: ago(2_000), error: null },
    queue: {
      depth: 8_676,
      sent: 500,
      byLane: byLane(8_676),
      oldestAt: ago(31 * 24 * hourMs),
      oldestAgeMs: null,
    },
    progress: { sent: 1_204, total: 9_880, bytesPerSecond: 41_000, secondsLeft: 190 },
    bytes: { sent: 96_400, received: 4_100 },
    journal: { ...real.journal, last: 9_880, acknowledged: 1_204, fromShore: 1_204 },
  }),
  'sync.outbox': (real) => ({
    ...real,
    items: real.items.map((entry, index) => (index < 9 ? { ...entry, sentAt: ago(9_000) } : entry)),
  }),
  'workOrders.list': (real) => ({
    ...real,
    items: real.items.map((row, index) => ({
      ...row,
      sync: index % 3 === 0 ? 'held' : index % 3 === 1 ? 'sent' : 'local',
    })),
  }),
};

/** At sea without a link for days. */
export const offline: Pose = {
  'sync.status': (real) => ({
    ...real,
    link: {
      state: 'offline',
      since: ago(76 * hourMs),
      broker,
      lastContactAt: ago(76 * hourMs),
      error: { code: 'unreachable', message: `No answer from ${broker}.`, at: ago(120_000) },
    },
    queue: { ...real.queue, depth: 212, byLane: byLane(212), oldestAt: ago(75 * hourMs) },
    journal: { ...real.journal, last: 10_092, acknowledged: 9_880, fromShore: 1_204 },
  }),
};

export const closed: Pose = {
  'sync.status': (real) => ({
    ...real,
    link: { state: 'closed', since: ago(2 * hourMs), broker, lastContactAt: ago(2 * hourMs), error: null },
  }),
};

const conflict = {
  id: 'conflict-1',
  field: 'dueDate',
  base: '2026-11-20',
  values: [
    {
      value: '2026-12-04',
      by: 'K. Ito, Superintendent',
      device: 'Office',
      at: ago(5 * hourMs),
      side: 'shore' as const,
    },
    {
      value: '2026-11-28',
      by: 'Rajesh Nair, Second engineer',
      device: 'Bridge PC',
      at: ago(6 * hourMs),
      side: 'vessel' as const,
    },
  ],
};

/** Ship and shore changed the same fields without seeing each other, and shore refused a change. */
export const troubled: Pose = {
  'sync.status': (real) => ({ ...(inStep['sync.status']?.(real) ?? real), conflicts: 2, problems: 1 }),
  'sync.outbox': () => ({ items: [], total: 0 }),
  'sync.conflicts': (real) => ({
    ...real,
    items: [
      {
        ...conflict,
        entity: 'work_order',
        recordId: crypto.randomUUID(),
        label: 'WO-2026-000013 DG 3: fuel pump no. 5 sticking rack',
        at: ago(5 * hourMs),
      },
      {
        ...conflict,
        id: 'conflict-2',
        field: 'title',
        base: 'SW pump 1: mechanical seal',
        values: [
          { ...conflict.values[1], value: 'SW pump 1: mechanical seal weeping, spare on board' },
          { ...conflict.values[0], value: 'Sea water pump 1, renew mechanical seal at Singapore' },
        ].map((value) => ({ ...conflict.values[0], ...value }) as (typeof conflict.values)[number]),
        entity: 'work_order',
        recordId: crypto.randomUUID(),
        label: 'WO-2026-000021 SW pump 1: mechanical seal weeping',
        at: ago(5 * hourMs),
      },
    ],
    total: 2,
  }),
  'sync.problems': () => ({
    items: [
      {
        id: 1,
        at: ago(4 * hourMs),
        code: 'refused',
        message:
          'Shore refused 1 change: the order was cancelled ashore at 09:12 by K. Ito. Your text is kept under Conflicts.',
        entity: 'work_order',
        recordId: crypto.randomUUID(),
      },
    ],
    total: 1,
  }),
  'workOrders.list': (real) => ({
    ...real,
    items: real.items.map((row, index) => ({ ...row, sync: index === 0 ? 'conflict' : 'held' })),
  }),
  'workOrders.get': (real) => ({ ...real, sync: 'conflict', conflicts: [conflict] }),
};
