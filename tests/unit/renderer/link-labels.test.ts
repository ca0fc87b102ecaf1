import { describe, expect, test } from 'vitest';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { linkLabels, snapshotText } from '../../../src/renderer/features/sync/link-labels.ts';
import { shipTime } from '../../../src/renderer/lib/format.ts';

const now = Date.parse('2026-03-14T13:02:00Z');
const oslo = shipTime('Europe/Oslo');

function status(change: {
  link?: Partial<SyncStatus['link']>;
  queue?: Partial<SyncStatus['queue']>;
  progress?: SyncStatus['progress'];
  snapshot?: SyncStatus['snapshot'];
  policy?: Partial<SyncStatus['policy']>;
  agreement?: Partial<SyncStatus['agreement']>;
}): SyncStatus {
  return {
    identity: null,
    policy: {
      profile: 'VSAT',
      mode: 'always',
      isOpen: true,
      why: 'The link may be used at any time',
      holds: [],
      warnings: [],
      note: null,
      ...change.policy,
    },
    link: {
      state: 'online',
      since: '2026-03-14T12:00:00Z',
      broker: 'broker.example:8883',
      lastContactAt: '2026-03-14T13:02:00Z',
      error: null,
      ...change.link,
    },
    queue: {
      depth: 0,
      sent: 0,
      byLane: { urgent: 0, normal: 0, bulk: 0 },
      contents: { attachments: 0, bytes: 0 },
      oldestAt: null,
      oldestAgeMs: null,
      ...change.queue,
    },
    progress: change.progress ?? null,
    snapshot: change.snapshot ?? null,
    bytes: { sent: 0, received: 0 },
    agreement: {
      state: 'equal',
      comparedAt: null,
      equalAt: null,
      differing: 0,
      onlyOnBoard: 0,
      isApart: false,
      ...change.agreement,
    },
    journal: { origin: 'vessel-1', last: 0, acknowledged: 0, fromShore: 0 },
    conflicts: 0,
    problems: 0,
  };
}

const line = (change: Parameters<typeof status>[0]): string => linkLabels(status(change), now, oslo).line;

describe('The link says where we stand', () => {
  test('in step with shore, at ship’s time', () => {
    expect(line({})).toBe('In step with shore, 14:02');
  });

  test('never in step while the two ends are known to differ, or shore holds something else', () => {
    const differing = { state: 'differing' as const, differing: 3 };
    expect(line({ agreement: { ...differing, onlyOnBoard: 3 } })).toBe(
      'Ship and office differ · 3 records not in the office',
    );
    expect(line({ agreement: differing })).toBe('Ship and office differ · 3 records');
    expect(line({ agreement: { state: 'differing' } })).toBe('Ship and office differ · being compared');
    expect(line({ agreement: { state: 'equal', isApart: true } })).toBe(
      'Link up · everything sent, being compared with shore',
    );
  });

  test('why the policy keeps the link closed, and what waits', () => {
    const policy = { isOpen: false, why: 'Waiting for the window at 02:00' };
    expect(line({ link: { state: 'waiting' }, queue: { depth: 12 }, policy })).toBe(
      'Waiting for the window at 02:00 · 12 changes waiting',
    );
    expect(line({ link: { state: 'closed' }, policy })).toBe('Link held closed on board · nothing waiting');
  });

  test('why nothing goes though the link stands, unless something may', () => {
    const why = 'Budget for normal reached: 41 of 40 MB this month';
    const policy = { holds: [{ lane: 'normal' as const, why }] };
    const queue = (urgent: number) => ({ depth: 12 + urgent, byLane: { urgent, normal: 12, bulk: 0 } });
    expect(line({ queue: queue(0), policy })).toBe(`${why} · 12 changes waiting`);
    expect(line({ queue: queue(1), policy })).toBe('Link up · 13 changes to confirm');
  });

  test('a photo that waits is told, and the budget that holds it back', () => {
    const queue = { contents: { attachments: 1, bytes: 712_000 } };
    const why = 'Budget for bulk reached: 41 of 40 MB this month';
    const policy = { holds: [{ lane: 'bulk' as const, why }] };
    expect(line({ queue })).toBe('Link up · 1 attachment to send');
    expect(line({ queue, policy })).toBe(`${why} · 1 attachment waiting`);
    expect(line({ queue: { ...queue, depth: 2, byLane: { urgent: 0, normal: 2, bulk: 0 } }, policy })).toBe(
      'Link up · 2 changes and 1 attachment to confirm',
    );
    expect(line({ link: { state: 'offline', since: '2026-03-14T12:50:00Z' }, queue })).toBe(
      'Offline 12 min · 1 attachment waiting',
    );
  });

  test('a reached budget with nothing waiting: what shore has for the ship may wait there', () => {
    const why = 'Budget for bulk reached: 41 of 40 MB this month';
    expect(line({ policy: { holds: [{ lane: 'bulk', why }] } })).toBe(`${why} · nothing waiting on board`);
  });

  test('in step only when both ends were compared and found the same', () => {
    expect(line({ agreement: { state: 'moving' } })).toBe('In step with shore, 14:02');
    expect(line({ agreement: { state: 'unknown' } })).toBe(
      'Link up · everything sent, not compared with shore yet',
    );
    expect(line({ agreement: { state: 'comparing' } })).toBe(
      'Link up · everything sent, being compared with shore',
    );
    expect(line({ agreement: { state: 'differing', differing: 3 } })).toBe(
      'Ship and office differ · 3 records',
    );
  });

  test('offline for how long, and what waits', () => {
    const since = '2026-03-11T09:02:00Z';
    expect(line({ link: { state: 'offline', since }, queue: { depth: 212 } })).toBe(
      'Offline 3 d 4 h · 212 changes waiting',
    );
  });

  test('offline with nothing waiting, and with one change', () => {
    const link = { state: 'offline', since: '2026-03-14T12:50:00Z' } as const;
    expect(line({ link })).toBe('Offline 12 min · nothing waiting');
    expect(line({ link, queue: { depth: 1 } })).toBe('Offline 12 min · 1 change waiting');
  });

  test('how far sending has come, how fast, and how long it takes', () => {
    const progress = { sent: 1204, total: 9880, bytesPerSecond: 41_000, secondsLeft: 190 };
    expect(line({ queue: { depth: 8676 }, progress })).toBe('Sending 1,204 of 9,880 · 41 kB/s · 3 min left');
  });

  test('how far a new computer has come with taking the ship over', () => {
    const snapshot = { taken: 4_200, total: 20_000 };
    expect(line({ snapshot })).toBe('Taking records 4,200 of 20,000 · nothing waiting');
    expect(line({ snapshot, link: { state: 'offline', since: '2026-03-14T12:50:00Z' } })).toBe(
      'Offline 12 min · nothing waiting',
    );
    expect(snapshotText(snapshot)).toBe('Taking the ship’s records from the office: 4,200 of 20,000');
  });

  test('sending without a figure for speed before there is one', () => {
    const progress = { sent: 0, total: 3, bytesPerSecond: 0, secondsLeft: null };
    expect(line({ queue: { depth: 3 }, progress })).toBe('Sending 0 of 3');
  });

  test('held closed, not set up, connecting, and connected before shore has spoken', () => {
    expect(line({ link: { state: 'closed' }, queue: { depth: 4 } })).toBe(
      'Link held closed on board · 4 changes waiting',
    );
    expect(line({ link: { state: 'offline', broker: null }, queue: { depth: 4 } })).toBe(
      'No link set up · 4 changes waiting',
    );
    expect(line({ link: { state: 'connecting' } })).toBe('Connecting · nothing waiting');
    expect(line({ link: { lastContactAt: null } })).toBe('Link up · nothing heard from shore yet');
    expect(line({ queue: { depth: 2, sent: 2 } })).toBe('Link up · 2 changes to confirm');
  });

  test('by a shape of its own for each, so that colour is not needed', () => {
    const shapes = [
      {},
      { link: { state: 'offline' as const } },
      { link: { state: 'closed' as const } },
      { queue: { depth: 2 } },
      { queue: { depth: 2 }, progress: { sent: 1, total: 2, bytesPerSecond: 1, secondsLeft: 1 } },
    ].map((change) => linkLabels(status(change), now, oslo).shape);
    expect(new Set(shapes).size).toBe(5);
  });
});
