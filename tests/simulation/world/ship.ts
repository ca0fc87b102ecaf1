import type { Codec } from '#shared/ports.ts';
import type { MethodInput, MethodName } from '#shared/contract/index.ts';
import { canonicalText, type Change } from '#shared/sync/change.ts';
import { tooLate } from '#shared/sync/validity.ts';
import { JournalReader } from '#vessel/store/journal/journal.ts';
import type { RecordUnit } from '#vessel/store/record-and-publish.ts';
import type { VesselStore } from '#vessel/store/vessel-store.ts';
import type { VesselNode } from '#vessel/vessel-node.ts';
import type { Dice } from './dice.ts';
import { nobodyOverrulesUnawares } from '../checks/nobody-overrules-unawares.ts';
import { Killed, Life, WallClock } from './life.ts';
import { Path, type Network } from './network.ts';
import { plainCodec } from './plain-codec.ts';
import { programsOf, type Programs, type RecordsVersion } from './programs.ts';
import { Saved } from './saved.ts';
import { ShipDisk, type DiskImage } from './ship-disk.ts';
import type { Timeline } from './timeline.ts';

export interface ShipDependencies {
  timeline: Timeline;
  network: Network;
  dice: Dice;
  /** Whether it may be put back to a copy: then its changes may get other numbers. */
  copies: boolean;
  /** Whether somebody may write what no clock gives. */
  attacked: boolean;
  /** Called when the node's program has ended. */
  onEnd(ship: Ship): void;
}

/** What a node says that was put back to an earlier copy, or meets a shore that was. */
const mayBeSaid = /never wrote|another journal|another change under a number/;

/** A bridge PC: its disk, its clock, its way to the broker, and the node that runs on it, if one does. */
export class Ship {
  readonly vesselId: string;
  readonly name: string;
  readonly clock: WallClock;
  readonly path = new Path();
  /** The version of the records that its program knows, from its next start on. */
  records: RecordsVersion = 1;
  disk: ShipDisk;
  /** True while its disk has no room. */
  full = false;
  life: Life | null = null;
  store: VesselStore | null = null;
  /** The journal as the disk has it, whether or not a program runs. */
  journal: JournalReader | null = null;
  /** The name under which the computer that is there began to write; null before its first start. */
  firstOrigin: string | null = null;
  /** A copy of its disk, made at some time. */
  backup: DiskImage | null = null;
  /** What was reported as saved to whoever wrote it. */
  saved = new Saved();
  /** The same by its number, where nothing can change that. */
  promised = 0;
  readonly #dependencies: ShipDependencies;
  /** Disks that it had before. */
  readonly #former: ShipDisk[] = [];
  #node: VesselNode | null = null;
  #lives = 0;

  constructor(
    vesselId: string,
    name: string,
    disk: ShipDisk,
    clock: WallClock,
    dependencies: ShipDependencies,
  ) {
    this.vesselId = vesselId;
    this.name = name;
    this.disk = disk;
    this.clock = clock;
    this.#dependencies = dependencies;
  }

  get running(): boolean {
    return this.life?.alive === true;
  }

  start(): void {
    if (this.running) return;
    const { timeline, network, dice, onEnd } = this.#dependencies;
    this.#lives += 1;
    const life = new Life(this.name, timeline, {
      clock: this.clock,
      dice,
      mayFail: (message) => this.full || mayBeSaid.test(message),
    });
    this.life = life;
    timeline.trace.add(timeline.now, this.name, 'starts', this.#lives);
    const database = this.disk.open(life);
    this.journal = new JournalReader(this.disk.connection);
    life.onEnd(() => {
      this.store = null;
      this.#node = null;
      onEnd(this);
    });
    life.run(() => {
      const started = programsOf[this.records].startNode(
        database,
        {
          dataDirectory: '',
          vesselId: this.vesselId,
          vesselName: `MV ${this.vesselId}`,
          device: this.name,
          timeZone: 'UTC',
          version: '0.0.0',
          brokerName: 'broker',
        },
        {
          environment: life.environment,
          openLink: network.openLinkFor(life, this.path, dice),
          codec: dice.chance(0.3) ? this.#slowCodec(life) : plainCodec,
        },
      );
      this.store = started.store;
      this.firstOrigin ??= started.store.own.origin;
      this.#node = started.node;
    });
  }

  /** Packs beside everything else: what was to be sent may be another when it is packed. */
  #slowCodec({ environment }: Life): Codec {
    const { dice } = this.#dependencies;
    return {
      ...plainCodec,
      pack: (plain) =>
        new Promise((resolve) => {
          environment.after(dice.between(0, 300), () => resolve(plainCodec.compress(plain)));
        }),
    };
  }

  kill(): void {
    this.life?.end('killed');
  }

  /** Its computer is lost, and another put in its place: what only the old one had is gone. */
  replaceDisk(disk: ShipDisk): void {
    this.kill();
    this.#former.push(this.disk);
    this.disk = disk;
    this.journal = null;
    this.saved = new Saved();
    this.promised = 0;
    this.firstOrigin = null;
    this.full = false;
  }

  /** What its former computer said may still be on its way. */
  get isReplaced(): boolean {
    return this.#former.length > 0;
  }

  /**
   * The journal of the computer that wrote a change, from number `after` on: this one's, or of one that was here
   * before it. Empty where none has it any more.
   */
  writtenWith(change: Change, after: number): Change[] {
    const text = canonicalText(change);
    for (const journal of this.#journals()) {
      const entry = journal.get(change.origin, change.number);
      if (entry !== null && canonicalText(entry.change) === text)
        return journal.range(change.origin, after, 10_000).map((each) => each.change);
    }
    return [];
  }

  /** Whether this computer, or one before it, has another change under the number: two have written under one name. */
  hasAnother(change: Change): boolean {
    const text = canonicalText(change);
    return this.#journals().some((journal) => {
      const entry = journal.get(change.origin, change.number);
      return entry !== null && canonicalText(entry.change) !== text;
    });
  }

  /** Whether this computer, or one before it, has any change under the number, and not only within a base. */
  hasUnder({ origin, number }: Change): boolean {
    return this.#journals().some((journal) => journal.get(origin, number) !== null);
  }

  #journals(): JournalReader[] {
    return [this.disk, ...this.#former].map((disk) =>
      disk === this.disk && this.journal !== null ? this.journal : new JournalReader(disk.connection),
    );
  }

  release(): void {
    for (const disk of [...this.#former, this.disk]) disk.release();
  }

  /** Somebody on board writes. Nothing happens when no node runs. */
  write(actor: string, work: (unit: RecordUnit) => void): void {
    this.#write(actor, ({ writeOnBoard }, store, writer) => writeOnBoard(store, writer, work));
  }

  /** Somebody on board writes a record that is new, and nothing else. */
  create(actor: string, record: Parameters<Programs['createOnBoard']>[2]): void {
    this.#write(actor, ({ createOnBoard }, store, writer) => createOnBoard(store, writer, record));
  }

  #write(
    actor: string,
    write: (programs: Programs, store: VesselStore, writer: Parameters<Programs['writeOnBoard']>[1]) => void,
  ): void {
    const { store, life, records } = this;
    if (store === null || life === null) return;
    life.run(() => {
      try {
        write(programsOf[records], store, { actor: { id: null, name: actor }, device: this.name });
      } catch (error) {
        if (error instanceof Killed || !life.alive) throw error;
        // A record at the very end of time is written to by nobody on board, and they are told so.
        if (!this.full && !this.#isAtTheEndOfTime(error)) throw error;
        return;
      }
      if (life.alive) this.#note(store);
    });
  }

  #isAtTheEndOfTime(error: unknown): boolean {
    return this.#dependencies.attacked && error instanceof Error && error.message.includes(tooLate);
  }

  /** Everything in its journal was reported as saved. */
  #note(store: VesselStore): void {
    if (store.settings.hasUnapplied()) this.#sawNothingThatWaits(store);
    if (this.#dependencies.copies) this.saved.note(store);
    else this.promised = store.own.last;
  }

  #sawNothingThatWaits({ journal, own }: VesselStore): void {
    const { timeline } = this.#dependencies;
    for (const { change } of journal.range(own.origin, Math.max(0, own.last - 30), 30)) {
      const waiting = journal
        .ofRecord(change.entity, change.recordId)
        .flatMap((entry) => (entry.applied === 'later' ? [entry.change] : []));
      try {
        nobodyOverrulesUnawares(change, waiting);
      } catch (error) {
        timeline.fail(error);
      }
    }
  }

  /** A screen asks. */
  ask<N extends MethodName>(method: N, input: MethodInput<N>): void {
    const node = this.#node;
    const { life, store } = this;
    if (node === null || life === null || store === null) return;
    const before = store.own.last;
    life.run(() => {
      void node.call({ method, input }).then((result) => {
        if (!life.alive) return;
        if (result.ok) this.#note(store);
        else if (store.own.last > before && !this.full)
          life.timeline.fail(new Error(`${method} was refused, and yet something was written`));
        life.timeline.trace.add(life.timeline.now, this.name, `answers ${method}`, result.ok ? 1 : 0, () =>
          result.ok ? '' : JSON.stringify(result.error),
        );
      });
    });
  }
}
