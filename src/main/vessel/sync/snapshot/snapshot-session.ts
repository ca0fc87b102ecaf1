import type { SyncStatus } from '#shared/contract/sync.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import type { Cancel, Environment } from '#shared/ports.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import { WireError } from '#shared/sync/frame.ts';
import { furthestOf } from '#shared/sync/received-ranges.ts';
import { sideOf, type Origin } from '#shared/sync/causal-context.ts';
import { checked, type Checked } from '#shared/sync/snapshot/checked-record.ts';
import { unpackRecords } from '#shared/sync/snapshot/columns.ts';
import {
  mostPagesAtOnce,
  positionName,
  positionOf,
  type Ask,
  type Page,
  type SnapshotStart,
} from '#shared/sync/snapshot/messages.ts';
import { knownHash } from '../../store/journal/known-hash.ts';
import { detachForkedTail } from '../../store/journal/detach-forked-tail.ts';
import { isApartFrom } from '../../store/records/base-head.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { takePart } from './take-part.ts';
import {
  beginAnew,
  readSnapshotProgress,
  writeSnapshotProgress,
  type SnapshotProgress,
} from '../../store/records/snapshot-progress.ts';

/** Records that are stored at a time: what people do waits no longer than these take. */
const recordsAtOnce = 50;
/** Pages that one ask brings. The next ask goes out with the first of them, so up to three are on their way. */
const pagesAtOnce = 2;

export interface SnapshotDependencies {
  environment: Environment;
  send(ask: Ask): void;
  /** The node holds a position now, or everything: shore has to be told what it holds. */
  onHeld(): void;
  /** The figures on the sync page have moved. */
  onMoved(): void;
}

/**
 * Takes the ship's records from shore on a node that holds nothing: asks, stores page by page, asks again from where
 * it stands after a cut, a crash or silence. People work on beside it.
 */
export class SnapshotSession {
  readonly #store: VesselStore;
  readonly #dependencies: SnapshotDependencies;
  readonly #timer: AcknowledgementTimer;
  #progress: SnapshotProgress;
  #up = false;
  #toldOfUpdate = false;
  /**
   * Journals that came as changes and are not those of the snapshot, or those of the office that end before it does: only
   * the changes between show whether it is the same one. Asked for once each: where nobody has them, the records go first
   * after all.
   */
  readonly #batchesAsked = new Set<string>();
  #attempt: number;
  /** The page that is being stored, and those that came meanwhile. */
  #storing: { page: Page; records: Checked[]; stored: number; nextPart: Cancel | null } | null = null;
  #waiting: Page[] = [];
  /** From where the last ask goes on, and when it went out. */
  #asked = { after: '', at: 0 };

  constructor(store: VesselStore, dependencies: SnapshotDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#timer = new AcknowledgementTimer(dependencies.environment, () => this.#onSilence());
    this.#progress = readSnapshotProgress(store.settings);
    if (this.#progress.kind === 'wanted' && !this.#progress.again && store.otherOrigins().length > 0)
      this.#progress = { kind: 'done' };
    // Another one than in an earlier life of this program, whose pages may still be on their way.
    const [a = 0, b = 0, c = 0] = dependencies.environment.randomBytes(3);
    this.#attempt = (a << 16) | (b << 8) | c;
  }

  /**
   * The node holds nothing of shore's and has not been told a position. Batches are passed over until then: their
   * sender does not know yet that this node begins with a snapshot, and sends again after its next hello.
   */
  get isWanted(): boolean {
    return this.#progress.kind === 'wanted';
  }

  /** Records are still to come: what is held is not all that the cursors say. */
  get isUnderWay(): boolean {
    return this.#progress.kind === 'under way';
  }

  /** The ship's records come otherwise: nothing is asked for that has not been begun. */
  dismiss(): void {
    if (this.#progress.kind !== 'wanted') return;
    this.#store.transaction({ kind: 'apply' }, () =>
      writeSnapshotProgress(this.#store.settings, { kind: 'done' }),
    );
    this.#progress = { kind: 'done' };
  }

  /**
   * What shore holds of others' journals is to be had as records alone: all of them are taken once more.
   * @returns false where a snapshot is under way, or there is no link
   */
  takeAgain(): boolean {
    if (this.#progress.kind !== 'done' || !this.#up) return false;
    this.#beginAnew();
    return true;
  }

  /** For the sync page: nothing of nothing while shore is asked what there is; null when there is nothing to be told. */
  progress(): SyncStatus['snapshot'] {
    if (this.#progress.kind === 'wanted') return this.#up ? { taken: 0, total: 0 } : null;
    if (this.#progress.kind === 'done') return null;
    const { taken, total } = this.#progress;
    return { taken, total: Math.max(taken, total) };
  }

  onUp(): void {
    this.#up = true;
    this.#timer.reset();
    this.ask();
  }

  onDown(): void {
    this.#up = false;
    this.#forgetPages();
    this.#timer.stop();
  }

  /** Asks from where the node stands; what is still on its way is passed over when it comes. */
  ask(): void {
    if (!this.#up || this.#progress.kind === 'done') return;
    this.#forgetPages();
    this.#attempt += 1;
    this.#askFrom(this.#progress.after);
  }

  /**
   * Takes a page, or puts it behind the one that is being stored.
   * @throws WireError for a page that breaks the protocol; nothing of it is stored
   */
  takePage(page: Page): void {
    if (page.origin !== this.#store.own.origin || page.attempt !== this.#attempt) return;
    if (this.#storing !== null) {
      if (this.#waiting.length < mostPagesAtOnce) this.#waiting.push(page);
      return;
    }
    try {
      this.#begin(page);
    } catch (cause) {
      // Nothing else would ask again.
      this.#timer.watch();
      throw cause;
    }
  }

  #begin(page: Page): void {
    const progress = this.#progress;
    if (progress.kind === 'done') return;
    if (page.at === null) {
      this.#beginAnew();
      return;
    }
    if (page.version > recordsVersion) {
      this.#waitForUpdate();
      return;
    }
    const position = progress.position ?? (page.start === null ? null : positionOf(page.start));
    if (position === null || page.after !== progress.after || page.at !== positionName(position)) {
      // One before it was lost: what else is on its way would not fit either.
      this.ask();
      return;
    }
    if (progress.kind === 'wanted' && page.start !== null && this.#tellsOfAnother(page.start)) {
      this.#dependencies.environment.log.warn(
        {},
        'a snapshot tells of another journal than the one held; batches go first',
      );
      this.dismiss();
      this.#timer.stop();
      this.#dependencies.onHeld();
      return;
    }
    this.#timer.progressed([this.#dependencies.environment.monotonic() - this.#asked.at]);
    this.#storing = { page, records: checkedRecords(page), stored: 0, nextPart: null };
    this.#storePart();
    if (page.after === this.#asked.after && page.runEnd !== null) this.#askFrom(page.runEnd);
  }

  /**
   * Whether under a name that this node holds changes of there are others in the snapshot, or may be. Both would be in the
   * records then; batches bring out where the two part, and one of them gets a name of its own. Where they did not, what is
   * held here does.
   */
  #tellsOfAnother({ heads }: SnapshotStart): boolean {
    const store = this.#store;
    return heads.some(({ origin, upTo, hash }) => {
      if (upTo === 0 || origin === store.own.origin) return false;
      const known = knownHash(store, origin, upTo);
      const isOther = known === null ? isApartFrom(store, { origin, number: upTo, hash }) : known !== hash;
      if (!isOther && (known !== null || !this.#isUnsure(origin, upTo))) return false;
      const asked = `${origin} ${furthestOf(store.headOf(origin).received)} ${upTo} ${hash}`;
      const isFirst = !this.#batchesAsked.has(asked);
      this.#batchesAsked.add(asked);
      if (isFirst || !isOther) return isFirst;
      return detachForkedTail(store, origin, 0) === null;
    });
  }

  #isUnsure(origin: Origin, upTo: number): boolean {
    const { received } = this.#store.headOf(origin);
    const isInRecords = this.#store.base.heads().some((base) => base.origin === origin);
    return sideOf(origin) === 'shore' && furthestOf(received) > 0 && received.upTo < upTo && !isInRecords;
  }

  /** Stores some records of the page, and the others in turns of the event loop that follow. */
  #storePart(): void {
    const storing = this.#storing;
    if (storing === null || this.#progress.kind === 'done') return;
    const { page, records, stored } = storing;
    const isLast = stored + recordsAtOnce >= records.length;
    const wasWanted = this.#progress.kind === 'wanted';
    const part = { records: records.slice(stored, stored + recordsAtOnce), isLast };
    this.#progress = takePart(this.#store, this.#progress, page, part);
    storing.stored += recordsAtOnce;
    if (wasWanted) this.#dependencies.onHeld();
    if (isLast) this.#onStored();
    else storing.nextPart = this.#dependencies.environment.after(0, () => this.#storePartLater());
  }

  #storePartLater(): void {
    try {
      this.#storePart();
    } catch (cause) {
      // A full disk, say. What is stored stays; the page is asked for again when nothing has come for a while.
      this.#dependencies.environment.log.error({ err: cause }, 'a page of the snapshot could not be stored');
      this.#forgetPages();
      this.#timer.watch();
    }
  }

  #onStored(): void {
    this.#storing = null;
    this.#dependencies.onMoved();
    const next = this.#waiting.shift();
    if (this.#progress.kind === 'done') {
      this.#forgetPages();
      this.#timer.stop();
      this.#dependencies.onHeld();
    } else {
      this.#timer.watch();
      if (next !== undefined) this.#beginWaiting(next);
    }
  }

  #beginWaiting(page: Page): void {
    try {
      this.#begin(page);
    } catch (cause) {
      this.#dependencies.environment.log.warn({ err: cause }, 'a page of the snapshot was refused');
      this.#forgetPages();
      this.#timer.watch();
    }
  }

  #forgetPages(): void {
    this.#storing?.nextPart?.();
    this.#storing = null;
    this.#waiting = [];
  }

  #askFrom(after: string): void {
    const progress = this.#progress;
    if (progress.kind === 'done') return;
    this.#asked = { after, at: this.#dependencies.environment.monotonic() };
    this.#dependencies.send({
      kind: 'ask',
      vessel: this.#store.vesselId,
      origin: this.#store.own.origin,
      attempt: this.#attempt,
      position: progress.position,
      after,
      pages: pagesAtOnce,
      version: recordsVersion,
    });
    this.#timer.watch();
  }

  #onSilence(): void {
    this.#dependencies.environment.log.info({}, 'no page of the snapshot came; asking again');
    this.#timer.backOff();
    this.ask();
  }

  /** Shore lost part of what the snapshot tells of: it was restored from a backup while the snapshot went on. */
  #beginAnew(): void {
    this.#dependencies.environment.log.info({}, 'a snapshot begins anew');
    this.#progress = this.#store.transaction({ kind: 'apply' }, () => beginAnew(this.#store.settings));
    this.ask();
  }

  #waitForUpdate(): void {
    this.#timer.stop();
    if (this.#toldOfUpdate) return;
    this.#toldOfUpdate = true;
    this.#store.problems.add({
      at: this.#dependencies.environment.now(),
      code: 'newer_program',
      message:
        "The office's records are of a newer ARUS. Update ARUS on this computer to take them over; " +
        'what is written here is kept and goes ashore meanwhile.',
      entity: null,
      recordId: null,
      number: null,
    });
  }
}

function checkedRecords(page: Page): Checked[] {
  try {
    return unpackRecords(page.records).map(checked);
  } catch (cause) {
    if (cause instanceof WireError) throw cause;
    throw new WireError('malformed', `A page of the snapshot does not fit together: ${String(cause)}`);
  }
}
