import { originLimit } from '#shared/sync/message-limits.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import type { Environment } from '#shared/ports.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { receivedToJson, rangesOf, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { numbersOf } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { basePage, type BaseMessage } from '#shared/sync/snapshot/base.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { platformHash } from '../../store/journal/platform-hash.ts';
import type { LinkGate } from '../../link-policy/gate.ts';
import type { SnapshotSession } from '../snapshot/snapshot-session.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { countOnlyOnBoard, onlyAsRecords } from '../consistency/only-on-board.ts';

export interface BaseUploadDependencies {
  environment: Environment;
  gate: LinkGate;
  snapshot: SnapshotSession;
  send(message: BaseMessage): void;
  /** Shore has taken everything of what it had lost. */
  onLost(): void;
  /** Then: a hello brings out that both hold the same. */
  onDone(): void;
}

/** What is to be sent: all of it follows from what this node holds and what shore lacks. */
interface Transfer {
  readonly name: string;
  /** By journal the first number that shore lacks. */
  readonly from: ReadonlyMap<Origin, number>;
  readonly heads: BaseMessage['heads'];
}

/** So many snapshots are begun for the same word on a connection. */
const mostTakenAgain = 3;

/**
 * Sends the records that this node began with, where shore lacks what they tell of and nobody has it as changes: after a
 * computer was replaced, and the office's database lost or put back. One page is on its way at a time; shore says
 * where it stands.
 */
export class BaseUpload {
  readonly #store: VesselStore;
  readonly #dependencies: BaseUploadDependencies;
  readonly #timer: AcknowledgementTimer;
  #transfer: Transfer | null = null;
  #refused: string | null = null;
  /** The journals ashore as records alone for which a snapshot was begun last, and how often on this connection. */
  #takenAgain = { named: '', times: 0 };
  #sentAt = 0;

  constructor(store: VesselStore, dependencies: BaseUploadDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#timer = new AcknowledgementTimer(dependencies.environment, () => {
      this.#timer.backOff();
      this.#ask();
    });
  }

  get isUnderWay(): boolean {
    return this.#transfer !== null;
  }

  /** Shore has said what it holds. */
  onHolding(): void {
    const { gate, snapshot } = this.#dependencies;
    // Records are what people work with: where normal changes wait, so do these, and all have to be here first.
    if (snapshot.isWanted || snapshot.isUnderWay || !gate.mayUse('normal')) return;
    const next = this.#planned();
    if (next?.name === this.#transfer?.name || next?.name === this.#refused) return;
    this.#timer.reset();
    this.#transfer = next;
    if (next !== null) this.#ask();
  }

  onDown(): void {
    this.#transfer = null;
    this.#refused = null;
    this.#takenAgain = { named: '', times: 0 };
    this.#timer.reset();
  }

  /** Shore's answer, or its word that there are journals ashore as records alone. */
  take({ origin, transfer: name, answer, heads }: BaseMessage): void {
    const { own } = this.#store;
    if (origin !== own.origin) return;
    if (answer === null) this.#takeAgain(heads);
    if (this.#transfer?.name !== name || answer === null) return;
    this.#timer.progressed([this.#dependencies.environment.monotonic() - this.#sentAt]);
    if (answer.outcome === 'newer_program') {
      // Until the office is updated; the next connection asks again.
      this.#refused = name;
      this.#transfer = null;
      return;
    }
    if (answer.after !== null) {
      this.#sendPage(this.#transfer, answer.after);
      return;
    }
    this.#transfer = null;
    this.#dependencies.onLost();
    this.#dependencies.onDone();
  }

  /** A few times for the same word: a snapshot may give way to batches first, and one that does not bring it never will. */
  #takeAgain(heads: BaseMessage['heads']): void {
    const lacking = heads.filter(({ origin, upTo }) => this.#store.headOf(origin).received.upTo < upTo);
    const named = lacking
      .map(({ origin, upTo, hash }) => `${origin} ${upTo} ${hash}`)
      .sort()
      .join();
    if (named === '') return;
    const times = named === this.#takenAgain.named ? this.#takenAgain.times : 0;
    if (times >= mostTakenAgain || !this.#dependencies.snapshot.takeAgain()) return;
    this.#takenAgain = { named, times: times + 1 };
  }

  #planned(): Transfer | null {
    const lacking = onlyAsRecords(this.#store);
    const heads = this.#store.base
      .heads()
      .filter(({ origin }) => lacking.has(origin))
      .slice(0, originLimit)
      .map(({ origin, number, hash }) => ({ origin, upTo: number, hash }));
    if (heads.length === 0) return null;
    const named = heads.map(({ origin }): [Origin, ReceivedRanges] => [
      origin,
      lacking.get(origin) ?? { upTo: 0, beyond: [] },
    ]);
    const text = canonicalJson([
      this.#store.own.origin,
      heads,
      Object.fromEntries(named.map(([origin, received]) => [origin, receivedToJson(received)])),
    ]);
    return {
      name: platformHash(text).slice(0, 16),
      from: new Map(named.map(([origin, received]) => [origin, rangesOf(received)[0]?.[0] ?? 1])),
      heads,
    };
  }

  /** Where shore stands. */
  #ask(): void {
    if (this.#transfer !== null) this.#send(this.#transfer, null);
  }

  #sendPage(transfer: Transfer, after: string): void {
    const [recordId = '', entity = ''] = after.split(' ');
    const records: SnapshotRecord[] = [];
    let characters = 0;
    let next: string | null = null;
    // Every record that a change of what shore lacks had a part in: the last of each writer's is told.
    const isMeant = (text: string): boolean =>
      [...transfer.from].some(([origin, first]) =>
        [...numbersOf(text, origin)].some((number) => number >= first),
      );
    for (const { record, size } of this.#store.base.after({ recordId, entity }, isMeant)) {
      const last = records.at(-1);
      if (
        last !== undefined &&
        (records.length >= basePage.records || characters + size > basePage.characters)
      ) {
        next = `${last.id} ${last.entity}`;
        break;
      }
      records.push(record);
      characters += size;
    }
    this.#send(transfer, { after, next, version: recordsVersion, records: packRecords(records) });
  }

  #send({ name, heads }: Transfer, page: BaseMessage['page']): void {
    this.#sentAt = this.#dependencies.environment.monotonic();
    this.#timer.watch();
    this.#dependencies.send({
      kind: 'base',
      vessel: this.#store.vesselId,
      origin: this.#store.own.origin,
      transfer: name,
      total: countOnlyOnBoard(this.#store),
      heads,
      page,
      answer: null,
    });
  }
}
