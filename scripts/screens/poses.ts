import type { SyncStatus } from '#shared/contract/sync.ts';
import type { OpenConflict } from '#shared/contract/record-state.ts';
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
    queue: { ...real.queue, depth: 0, sent: 0, byLane: byLane(0), oldestAt: null, oldestAgeMs: null },
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
      ...real.queue,
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

type Value = OpenConflict['values'][number];

const conflict = {
  id: '1',
  field: 'dueDate',
  version: 's#1+v#1',
  base: '2026-11-20',
  baseKnown: true,
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

const [byOffice, byShip] = conflict.values as [Value, Value];
const description =
  'Governor hunts at part load. Check rack freedom, lubricate, and compare with no. 4.\n' +
  'Spare pump element is in the store, shelf C4. Isolate fuel and lock out the starting air before work.';

/** As the page for them lists them. */
const conflicts = [
  {
    ...conflict,
    entity: 'work_order',
    recordId: crypto.randomUUID(),
    label: 'WO-2026-000013 DG 3: fuel pump no. 5 sticking rack',
    openedAt: ago(5 * hourMs),
    settledAt: null,
    settlement: null,
  },
  {
    ...conflict,
    id: '2',
    field: 'status',
    base: 'in_progress',
    values: [
      {
        ...byShip,
        value: 'completed',
        also: { completedAt: ago(6 * hourMs), completedBy: 'Rajesh Nair, Second engineer' },
      },
      { ...byOffice, value: 'cancelled' },
    ],
    entity: 'work_order',
    recordId: crypto.randomUUID(),
    label: 'WO-2026-000017 Emergency fire pump: weekly test run',
    openedAt: ago(5 * hourMs),
    settledAt: null,
    settlement: null,
  },
  {
    ...conflict,
    id: '3',
    field: 'description',
    base: description,
    values: [
      { ...byShip, value: description.replace('lubricate', 'clean and lubricate') },
      {
        ...byOffice,
        value: description.replace('shelf C4', 'shelf D2').replace(' before work.', ' and tag before work.'),
      },
    ],
    entity: 'work_order',
    recordId: crypto.randomUUID(),
    label: 'WO-2026-000021 SW pump 1: mechanical seal weeping',
    openedAt: ago(5 * hourMs),
    settledAt: null,
    settlement: null,
  },
];

const settledOf = (each: (typeof conflicts)[number]) => ({
  ...each,
  settledAt: ago(hourMs),
  settlement: {
    ...(each.values[0] ?? byShip),
    at: ago(hourMs),
    by: 'Tomasz Wilk, Chief engineer',
    deleted: false,
  },
});

/** Ship and shore changed the same fields without seeing each other, and shore refused a change. */
export const troubled: Pose = {
  'sync.status': (real) => ({ ...(inStep['sync.status']?.(real) ?? real), conflicts: 3, problems: 1 }),
  'sync.outbox': () => ({ items: [], total: 0 }),
  'conflicts.list': (real) => ({ ...real, items: conflicts, total: conflicts.length }),
  'sync.problems': () => ({
    items: [
      {
        id: 1,
        at: ago(4 * hourMs),
        code: 'refused',
        message:
          'Shore refused 1 change: the order was cancelled ashore at 09:12 by K. Ito. Your text is kept under Review.',
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

/** The same conflicts once somebody has decided them. */
export const decided: Pose = {
  'conflicts.list': (real) => ({ ...real, items: conflicts.map(settledOf), total: conflicts.length }),
};

/** Conflicts that come in a form that the page cannot read. */
export const unreadable: Pose = { 'conflicts.list': () => ({}) as never };
