import type { Cancel, Environment } from '#shared/ports.ts';
import {
  BucketSums,
  bucketOf,
  bucketsInMessage,
  entriesInMessage,
  entryMark,
  positionMark,
  recordsInMessage,
  shortDigest,
  type Answer,
  type Compare,
  type Question,
  type RecordName,
} from '#shared/sync/compare.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { asManyAsFit } from '#shared/sync/columns/unfolded.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import { platformHash } from '../../store/journal/platform-hash.ts';
import type { StoredDigest } from '../../store/records/record-digests.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { fillJournal } from '../intake/fill-journal.ts';
import { detachHeldOtherwise } from '../intake/detach-held-otherwise.ts';
import { repairRecord } from '../intake/repair-record.ts';
import { joinBeneathBase } from '../intake/join-beneath-base.ts';

export type Outcome =
  /** Ship or shore holds something else by now, or the digest itself was wrong: to be begun again when both are at rest. */
  | { outcome: 'moved' }
  /** Shore holds other changes under numbers of these journals: where the two part is to be found out first. */
  | { outcome: 'forked'; origins: ReadonlySet<Origin> }
  | { outcome: 'compared'; repaired: readonly RecordKey[]; differing: readonly RecordKey[] };

export interface ComparisonDependencies {
  environment: Environment;
  /** Whether it ends where journals turn out to have parted; otherwise people are told that records differ. */
  endsAtFork: boolean;
  send(message: Compare): void;
  onDone(outcome: Outcome): void;
}

/** A question that nobody answered is asked again; ms. */
const firstPatienceMs = 60_000;
const longestPatienceMs = 900_000;
/** Digests read, and records folded again, without a break. */
const readAtOnce = 500;
const foldAtOnce = 25;
/** Records whose entries are compared in one message, and entries of them. */
const historiesInMessage = 100;

/**
 * Finds which records differ from shore's and makes them right again: descends from sums of all records to the
 * records, folds those again from the journal, and exchanges entries that one end lacks. One question is on its way
 * at a time; asking one again, after a lost answer or on another connection, is harmless.
 */
export class Comparison {
  readonly #store: VesselStore;
  readonly #dependencies: ComparisonDependencies;
  readonly #at: string;
  #number = 0;
  #question: { ask: Question; take: (answer: Answer) => void } | null = null;
  #patience: Cancel | null = null;
  #patienceMs = firstPatienceMs;
  #turn: Cancel | null = null;
  #ended = false;
  readonly #found = new Map<string, RecordKey>();
  /** Made right here, and by shore. */
  readonly #repaired = new Map<string, RecordKey>();
  readonly #repairedAshore = new Map<string, RecordKey>();
  readonly #differing = new Map<string, RecordKey>();
  /** Shore's digests of records that differed, shortened. */
  readonly #shores = new Map<string, string | null>();

  constructor(store: VesselStore, dependencies: ComparisonDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#at = this.#mark();
  }

  /** Records found to differ so far. */
  get found(): number {
    return this.#found.size;
  }

  start(): void {
    const sums = new BucketSums([''], platformHash);
    this.#scan(
      (record) => sums.add(record.entity, record.recordId, record.digest),
      () => {
        if (sums.total === this.#store.digests.current()) {
          this.#ask({ step: 'sums', prefixes: [''], sums: sums.texts() }, (answer) => {
            if (answer.step === 'sums') this.#descend(answer.differ, []);
          });
        } else {
          this.#dependencies.environment.log.error({}, 'the digest of all records was not that of its parts');
          this.#store.digests.rebuild();
          this.#end({ outcome: 'moved' });
        }
      },
    );
  }

  /** Another connection stands: what was on its way may be lost. */
  resume(): void {
    this.#patienceMs = firstPatienceMs;
    this.#send();
  }

  /** The connection is gone. What was found so far is kept. */
  pause(): void {
    this.#patience?.();
    this.#patience = null;
  }

  stop(): void {
    this.#ended = true;
    this.pause();
    this.#turn?.();
  }

  take({ at, number, answer }: Compare): void {
    const question = this.#question;
    if (this.#ended || question === null || answer === null || at !== this.#at || number !== this.#number)
      return;
    this.pause();
    this.#question = null;
    this.#patienceMs = firstPatienceMs;
    if (answer.step === 'moved') this.#end({ outcome: 'moved' });
    else question.take(answer);
  }

  /** From buckets of two digits to their parts. */
  #descend(buckets: readonly string[], parts: readonly string[]): void {
    const prefixes = buckets.slice(0, bucketsInMessage);
    if (prefixes.length === 0) {
      if (parts.length === 0) this.#end({ outcome: 'moved' });
      else this.#compareRecords(parts);
      return;
    }
    const sums = new BucketSums(prefixes, platformHash);
    this.#scan(
      (record) => sums.add(record.entity, record.recordId, record.digest),
      () =>
        this.#ask({ step: 'sums', prefixes, sums: sums.texts() }, (answer) => {
          if (answer.step === 'sums')
            this.#descend(buckets.slice(bucketsInMessage), [...parts, ...answer.differ]);
        }),
    );
  }

  #compareRecords(parts: readonly string[]): void {
    const inPart = new Map<string, StoredDigest[]>(parts.map((part) => [part, []]));
    this.#scan(
      (record) => inPart.get(bucketOf(record.entity, record.recordId, platformHash))?.push(record),
      () => this.#askRecords([...inPart]),
    );
  }

  #askRecords(left: readonly (readonly [part: string, records: readonly StoredDigest[]])[]): void {
    if (left.length === 0) {
      this.#exchange([...this.#differing.values()]);
      return;
    }
    let count = 0;
    const end = left.findIndex(
      ([, records], index) => (count += records.length) > recordsInMessage && index > 0,
    );
    const asked = left.slice(0, Math.min(end === -1 ? left.length : end, recordsInMessage));
    this.#ask(
      {
        step: 'records',
        prefixes: asked.map(([part]) => part),
        records: asked.flatMap(([, records]) =>
          records.map(({ entity, recordId, digest }): [string, string, string] => [
            entity,
            recordId,
            shortDigest(digest),
          ]),
        ),
      },
      (answer) => {
        if (answer.step !== 'records') return;
        for (const name of answer.repaired) this.#note(this.#repairedAshore, name);
        for (const [entity, recordId, digest] of answer.differ) {
          const key = { entity, recordId };
          this.#found.set(nameOf(key), key);
          this.#shores.set(nameOf(key), digest);
        }
        this.#repairRecords(
          answer.differ.map(([entity, recordId]) => ({ entity, recordId })),
          () => this.#askRecords(left.slice(asked.length)),
        );
      },
    );
  }

  /** Folds records again and sorts out which of them still differ from shore's. */
  #repairRecords(records: readonly RecordKey[], then: () => void): void {
    const some = records.slice(0, foldAtOnce);
    if (some.length > 0)
      this.#store.transaction({ kind: 'apply' }, () => {
        for (const record of some) {
          if (repairRecord(this.#store, record)) this.#repaired.set(nameOf(record), record);
          const digest = this.#store.digests.compute(record.entity, record.recordId);
          const own = digest === null ? null : shortDigest(digest);
          if (own === this.#shores.get(nameOf(record))) this.#differing.delete(nameOf(record));
          else this.#differing.set(nameOf(record), record);
        }
      });
    if (records.length <= some.length) then();
    else this.#later(() => this.#repairRecords(records.slice(some.length), then));
  }

  /** Records that differ although each end has folded them: one of the journals lacks something. */
  #exchange(left: readonly RecordKey[]): void {
    const { records, entries } = this.#histories(left);
    if (records.length === 0) {
      this.#tell();
      return;
    }
    this.#ask({ step: 'entries', records: records.map(toName), entries }, (answer) => {
      if (answer.step !== 'entries') return;
      if (detachHeldOtherwise(this.#store, answer)) {
        this.#end({ outcome: 'moved' });
        return;
      }
      const forked = answer.other.filter(([origin]) => origin !== this.#store.own.origin);
      if (forked.length > 0 && this.#dependencies.endsAtFork) {
        this.#end({ outcome: 'forked', origins: new Set(forked.map(([origin]) => origin)) });
        return;
      }
      if (answer.entries.length > 0) {
        const { filled, joined } = this.#store.transaction({ kind: 'apply' }, () => ({
          filled: fillJournal(this.#store, answer.entries),
          joined: joinBeneathBase(this.#store, answer.entries),
        }));
        for (const { entity, recordId } of filled > 0 ? answer.entries : joined)
          this.#note(this.#repaired, [entity, recordId]);
      }
      const lent = answer.lacks.flatMap(([origin, number]) => {
        const entry = this.#store.journal.get(origin, number);
        return entry === null ? [] : [entry.change];
      });
      const rest = left.slice(records.length);
      if (lent.length === 0) this.#repairRecords(records, () => this.#exchange(rest));
      else
        this.#ask(
          { step: 'take', records: records.map(toName), entries: asManyAsFit(lent, entriesInMessage) },
          (taken) => {
            if (taken.step !== 'take') return;
            for (const [entity, recordId, digest] of taken.records) {
              const name = nameOf({ entity, recordId });
              if (this.#shores.get(name) !== digest) this.#note(this.#repairedAshore, [entity, recordId]);
              this.#shores.set(name, digest);
            }
            this.#repairRecords(records, () => this.#exchange(rest));
          },
        );
    });
  }

  #histories(left: readonly RecordKey[]): { records: RecordKey[]; entries: [string, number, string][] } {
    const records: RecordKey[] = [];
    const entries: [string, number, string][] = [];
    for (const record of left.slice(0, historiesInMessage)) {
      if (records.length > 0 && entries.length > entriesInMessage) break;
      records.push(record);
      for (const { change } of this.#store.journal.ofRecord(record.entity, record.recordId))
        entries.push([change.origin, change.number, entryMark(change, platformHash)]);
    }
    return { records, entries };
  }

  #tell(): void {
    const differing = [...this.#differing.values()];
    const made = (records: ReadonlyMap<string, RecordKey>): [string, RecordKey][] =>
      [...records].filter(([name]) => !this.#differing.has(name));
    const repaired = [...new Map([...made(this.#repairedAshore), ...made(this.#repaired)]).values()];
    this.#ask(
      {
        step: 'result',
        repaired: made(this.#repaired).map(([, record]) => toName(record)),
        differing: differing.map(toName),
      },
      () => this.#end({ outcome: 'compared', repaired, differing }),
    );
  }

  #note(repaired: Map<string, RecordKey>, [entity, recordId]: RecordName): void {
    const key = { entity, recordId };
    this.#found.set(nameOf(key), key);
    repaired.set(nameOf(key), key);
  }

  #ask(ask: Question, take: (answer: Answer) => void): void {
    if (this.#at !== this.#mark()) {
      this.#end({ outcome: 'moved' });
      return;
    }
    this.#number += 1;
    this.#question = { ask, take };
    this.#send();
  }

  #send(): void {
    if (this.#ended || this.#question === null) return;
    this.pause();
    this.#dependencies.send({
      kind: 'compare',
      vessel: this.#store.vesselId,
      at: this.#at,
      number: this.#number,
      ask: this.#question.ask,
      answer: null,
    });
    this.#patience = this.#dependencies.environment.after(this.#patienceMs, () => {
      this.#patience = null;
      this.#patienceMs = Math.min(longestPatienceMs, this.#patienceMs * 2);
      this.#send();
    });
  }

  /** Reads every digest in slices, as they stood at the beginning of each. */
  #scan(each: (record: StoredDigest) => void, then: () => void, after: RecordKey | null = null): void {
    const page = this.#store.digests.page(after, readAtOnce);
    for (const record of page) each(record);
    const last = page.at(-1);
    if (last === undefined || page.length < readAtOnce) then();
    else this.#later(() => this.#scan(each, then, last));
  }

  #later(action: () => void): void {
    this.#turn = this.#dependencies.environment.after(0, () => {
      this.#turn = null;
      if (!this.#ended) action();
    });
  }

  #end(outcome: Outcome): void {
    if (this.#ended) return;
    this.stop();
    this.#dependencies.onDone(outcome);
  }

  #mark(): string {
    return positionMark(this.#store.position, platformHash);
  }
}

const nameOf = ({ entity, recordId }: RecordKey): string => `${entity} ${recordId}`;
const toName = ({ entity, recordId }: RecordKey): RecordName => [entity, recordId];
