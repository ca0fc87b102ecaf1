import { deepEqual, equal, notEqual } from 'node:assert/strict';
import { fc } from '#support/properties.ts';

import { systemEnvironment } from '#link/system-environment.ts';
import { lanes, type Lane } from '#shared/records/record.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { Change } from '#shared/sync/change.ts';
import { differenceOf, nothingReceived, unionOf, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { hashAt, reincarnate } from '#vessel/store/journal/re-incarnate.ts';
import { recordAndPublish } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { orderValues } from '../../unit/sync/changes.ts';

const { entity } = workOrderSpec;
const ids = ['a', 'b', 'c'].map((letter) => `0190a5b0-0000-7000-8000-00000000000${letter}`);
const writer = { actor: { id: null, name: 'A. Rossi, Chief engineer' }, device: 'Bridge PC' };

/** What happens to a ship's queue. */
export type Step =
  | { kind: 'writes'; record: number; priority: 'normal' | 'critical'; fails: boolean }
  /** The next batch of a lane, after what has been sent of it; lost on the way to the broker or not. */
  | { kind: 'sends'; lane: Lane; most: number; arrives: boolean }
  | { kind: 'sends from the start' }
  | { kind: 'is acknowledged'; first: number; count: number }
  | { kind: 'shore loses'; first: number; count: number }
  | { kind: 'starts anew' }
  | { kind: 'reads a record'; record: number }
  | { kind: 'takes a new name'; kept: number };

const record = fc.nat({ max: ids.length - 1 });
const part = { first: fc.nat({ max: 20 }), count: fc.nat({ max: 6 }) };
export const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('writes'),
      record,
      priority: fc.constantFrom('normal', 'normal', 'critical'),
      fails: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('sends'),
      lane: fc.constantFrom<Lane>('urgent', 'normal'),
      most: fc.integer({ min: 1, max: 4 }),
      arrives: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'sends from the start' }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('is acknowledged'), ...part }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('shore loses'), ...part }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'starts anew' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reads a record'), record }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('takes a new name'), kept: fc.nat({ max: 20 }) }) },
);

/** A ship's store, what it has handed to the link, and which of its changes have reached the broker. */
export class Ship {
  readonly environment = systemEnvironment(silentLog);
  readonly opened = openDatabase(temporaryDirectory('outbox'), this.environment);
  store = new VesselStore(this.opened.connection, 'mv-aurora', this.environment);
  sentUpTo = new Map<Lane, number>();
  readonly sent = new Set<number>();
  #titles = 0;

  do(step: Step): void {
    const { store } = this;
    const { outbox, own } = store;
    if (step.kind === 'writes') this.#write(step);
    else if (step.kind === 'sends') this.#send(step);
    else if (step.kind === 'sends from the start') this.sentUpTo.clear();
    else if (step.kind === 'starts anew') {
      this.sentUpTo.clear();
      this.store = new VesselStore(this.opened.connection, 'mv-aurora', this.environment);
    } else if (step.kind === 'reads a record') {
      const id = ids[step.record] ?? '';
      const all = store.journal.origins().flatMap((origin) => store.journal.range(origin, 0, 1_000));
      const named = all.filter(({ change }) => change.recordId === id).map(({ change }) => nameOf(change));
      const found = store.journal.ofRecord(entity, id).map(({ change }) => nameOf(change));
      deepEqual(found.toSorted(), named.toSorted());
    } else if (step.kind === 'takes a new name') {
      reincarnate(store, Math.min(step.kept, own.last, acknowledged(store).upTo));
      this.sentUpTo.clear();
      this.sent.clear();
    } else {
      const first = Math.max(1, step.first);
      const last = Math.min(own.last, first + step.count);
      if (first > last) return;
      const received = acknowledged(store);
      const range = unionOf(nothingReceived, { upTo: 0, beyond: [[first, last]] });
      const now = step.kind === 'shore loses' ? differenceOf(received, range) : unionOf(received, range);
      const lost = differenceOf(received, now);
      store.transaction({ kind: 'apply' }, () => void outbox.acknowledge(now, hashAt(store, now.upTo)));
      const firstLost = lost.upTo > 0 ? 1 : (lost.beyond[0]?.[0] ?? Number.POSITIVE_INFINITY);
      for (const number of this.sent) if (number >= firstLost) this.sent.delete(number);
    }
  }

  #write({ record: place, priority, fails }: Step & { kind: 'writes' }): void {
    const { store } = this;
    const id = ids[place] ?? '';
    // Never twice, also when numbers begin anew: an update that changes nothing would not be journalled.
    const title = `Order ${(this.#titles += 1)}`;
    const waiting = this.view().filter(({ record_id }) => record_id === id);
    let promoted: number | null = null;
    const stop = store.onCommitted((committed) => (promoted = committed.promoted ?? null));
    try {
      recordAndPublish(store, writer, (unit) => {
        if (unit.get(entity, id) === null) unit.create(entity, id, { ...orderValues({ title }), priority });
        else unit.update(entity, id, { title, priority });
        if (fails) throw new Error('The disk is full');
      });
      const taken = priority === 'critical' ? waiting.filter(({ lane }) => lane !== 'urgent') : [];
      equal(promoted, taken[0]?.number ?? null);
      const before = (taken[0]?.number ?? Number.POSITIVE_INFINITY) - 1;
      if (before < (this.sentUpTo.get('urgent') ?? 0)) this.sentUpTo.set('urgent', before);
    } catch (cause) {
      if (!fails) throw cause;
    } finally {
      stop();
    }
  }

  #send({ lane, most, arrives }: Step & { kind: 'sends' }): void {
    const { outbox, own } = this.store;
    const changes = outbox.next(lane, this.sentUpTo.get(lane) ?? 0, most).map(({ change }) => change);
    const [first] = changes;
    if (first === undefined) return;
    const after = outbox.predecessor(lane, first.number);
    const waiting = this.view().filter((row) => row.lane === lane && row.number < first.number);
    equal(after, waiting.at(-1)?.number ?? 0);
    this.sentUpTo.set(lane, changes.at(-1)?.number ?? 0);
    if (!arrives) return;
    // Of two batches the second can reach the broker and the first be lost; then both are sent again.
    if (waiting.some(({ number }) => !this.sent.has(number))) return;
    const moved = this.store.transaction({ kind: 'apply' }, () =>
      outbox.markSent({ origin: own.origin, lane, after, changes }, 1_000 + own.last),
    );
    equal(moved.length, changes.filter(({ number }) => !this.sent.has(number)).length);
    for (const { number } of changes) this.sent.add(number);
  }

  view(): { number: number; lane: Lane; record_id: string; at: number; sent_at: number | null }[] {
    return this.opened.connection.prepare('SELECT * FROM sync_outbox ORDER BY number').all() as never;
  }

  /** Which of the urgent lane came into it later than the one before a number did. */
  #lookAcross(urgent: ReturnType<Ship['view']>): void {
    const { journal, outbox, own } = this.store;
    const journalled = journal
      .range(own.origin, 0, 1_000)
      .flatMap(({ change }) => (change.lane === 'urgent' ? [change] : []));
    const cameBy = (row: { number: number; record_id: string }): number =>
      journalled.find(({ number, recordId }) => number >= row.number && recordId === row.record_id)?.number ??
      Number.POSITIVE_INFINITY;
    for (let number = 1; number <= own.last + 1; number += 1) {
      const before = urgent.filter((row) => row.number < number);
      const last = before.at(-1);
      const since = last === undefined ? 0 : Math.max(number - 1, cameBy(last));
      const across = before.find((row) => cameBy(row) > since)?.number ?? null;
      equal(outbox.takenAlongAcross(number), across);
    }
  }

  /** What the outbox reads from the journal's keys is what the view makes of the same database. */
  look(): void {
    const { store } = this;
    const rows = this.view();
    const received = acknowledged(store);
    const numbers = Array.from({ length: store.own.last }, (_, index) => index + 1);
    deepEqual(
      rows.map(({ number }) => number),
      numbers.filter(
        (number) =>
          number > received.upTo &&
          !received.beyond.some(([first, last]) => first <= number && number <= last),
      ),
    );
    for (const { number, sent_at: sentAt } of rows)
      deepEqual([number, sentAt !== null], [number, this.sent.has(number)]);
    for (const lane of lanes)
      deepEqual(
        store.outbox.next(lane, 0, 1_000).map(({ change }) => change.number),
        rows.filter((row) => row.lane === lane).map(({ number }) => number),
      );
    // Nothing waits in a slower lane behind an urgent change of its record.
    for (const { number, lane, record_id } of rows)
      if (lane !== 'urgent')
        deepEqual(
          store.journal
            .range(store.own.origin, number, 1_000)
            .filter(({ change }) => change.lane === 'urgent' && change.recordId === record_id)
            .map(({ change }) => change.number)
            .filter((urgent) => rows.some((row) => row.number === urgent)),
          [],
        );
    this.#lookAcross(rows.filter(({ lane }) => lane === 'urgent'));
    const count = (lane: Lane): number => rows.filter((row) => row.lane === lane).length;
    const { oldestAt, ...figures } = store.outbox.counts();
    equal(oldestAt, rows[0]?.at ?? null);
    deepEqual(figures, {
      depth: rows.length,
      byLane: { urgent: count('urgent'), normal: count('normal'), bulk: count('bulk') },
      sent: rows.filter((row) => row.sent_at !== null).length,
    });
    equal(store.outbox.isEmpty(), rows.length === 0);
    const page = store.outbox.page(3, 2);
    deepEqual(
      page.map(({ entry, lane, sentAt }) => [entry.change.number, lane, sentAt]),
      rows.slice(2, 5).map(({ number, lane, sent_at: sentAt }) => [number, lane, sentAt]),
    );
    for (const id of ids) {
      const versions = store.table(entity).get(id)?.versions;
      const waiting = rows.filter(({ record_id }) => record_id === id);
      if (versions === undefined) continue;
      const standing = store.outbox.standingOf(versions);
      if (waiting.length === 0) equal(standing, 'held');
      // The record's last change decides: what it overwrote may be on its way still, where shore lost it.
      else if (waiting.every((row) => row.sent_at === null)) notEqual(standing, 'sent');
      else if (waiting.every((row) => row.sent_at !== null)) notEqual(standing, 'local');
    }
  }
}

const nameOf = ({ origin, number }: Change): string => `${origin} ${number}`;
const acknowledged = ({ heads, own }: VesselStore): ReceivedRanges =>
  heads.acknowledged(own.origin) ?? nothingReceived;
