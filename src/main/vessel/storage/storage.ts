import { closeSync, fsyncSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement } from 'better-sqlite3';
import { openFile, removeFile, toWrite } from '#files/held-files.ts';
import type { StorageStatus } from '#shared/contract/storage.ts';
import type { ContractError } from '#shared/contract/envelope.ts';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { WritableDatabase } from '../store/database.ts';
import { writeMark, type DatabaseMark } from './database-mark.ts';
import { storageFailureOf, type StorageFailure } from './storage-failure.ts';
import { damageText, refusedText, troubleText } from './texts.ts';

/** Another program that holds the database for less than this is nobody's trouble. */
const busyToldAfterMs = 1_500;
/** How often it is tried whether trouble has passed. */
const tryAgainMs = 1_000;
/** Room that a disk must have before it counts as having some again, so that the two do not take turns. */
const roomBytes = 256 * 1024;
const mostNotes = 5;

/**
 * How the node's database stands on its disk, held in memory so that it can be told whatever the disk does.
 *
 * - Every error of the disk or the database, wherever it came up, is noted here and nowhere else.
 * - Trouble that may pass is tried until it has, by a write of its own; those who wait are then told.
 * - Damage does not pass: from then on SQLite itself refuses to write (`query_only`).
 */
export class Storage {
  readonly #connection: WritableDatabase;
  readonly #directory: string;
  /** False for a database in memory. */
  readonly #onDisk: boolean;
  readonly #environment: Environment;
  readonly #attempt: readonly [begin: Statement, touch: Statement, commit: Statement, rollback: Statement];
  readonly #file: string;
  #state: StorageStatus['state'] = 'well';
  #since: number;
  #sinceMonotonic = 0;
  #message: string | null = null;
  #notes: string[] = [];
  #next: Cancel | null = null;
  #told = '';
  #mark: () => DatabaseMark | null = () => null;
  #moved: (() => void)[] = [];
  #recovered: (() => void)[] = [];
  #damaged: (() => void)[] = [];

  /** @param place where the database lies; null for one in memory */
  constructor(
    connection: WritableDatabase,
    place: { directory: string; file: string } | null,
    environment: Environment,
  ) {
    this.#connection = connection;
    this.#directory = place?.directory ?? '';
    this.#onDisk = place !== null;
    this.#file = place?.file ?? '';
    this.#environment = environment;
    this.#since = environment.now();
    this.#attempt = [
      connection.prepare('BEGIN IMMEDIATE'),
      connection.prepare(
        `INSERT INTO node_settings (name, value) VALUES ('storage_tried', ?)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      ),
      connection.prepare('COMMIT'),
      connection.prepare('ROLLBACK'),
    ];
  }

  /** Who can say how far the database has come. */
  knows(mark: () => DatabaseMark | null): void {
    this.#mark = mark;
  }

  onMoved(listener: () => void): void {
    this.#moved.push(listener);
  }

  /** Called when trouble has passed: what could not be stored meanwhile has to be asked for again. */
  onRecovered(listener: () => void): void {
    this.#recovered.push(listener);
  }

  onDamaged(listener: () => void): void {
    this.#damaged.push(listener);
  }

  get isDamaged(): boolean {
    return this.#state === 'damaged';
  }

  status(): StorageStatus {
    const isTold = this.#isTold;
    return {
      state: isTold ? this.#state : 'well',
      since: new Date(this.#since).toISOString(),
      message: isTold ? this.#message : null,
      takesWrites: this.#state !== 'damaged',
      notes: [...this.#notes],
      bytes: {
        database: sizeOf(this.#onDisk, this.#file),
        log: sizeOf(this.#onDisk, `${this.#file}-wal`),
        free: this.#free(),
      },
    };
  }

  /** Something that stops nothing, and that a person has to know. */
  tell(note: string): void {
    if (this.#notes.includes(note)) return;
    this.#notes = [...this.#notes, note].slice(-mostNotes);
    this.#tellMoved();
  }

  /** It is not so any more. */
  untell(beginning: string): void {
    const left = this.#notes.filter((each) => !each.startsWith(beginning));
    if (left.length === this.#notes.length) return;
    this.#notes = left;
    this.#tellMoved();
  }

  /**
   * Takes an error that came up at `doing`.
   * @returns what it says of the disk and the database; null for an error that says nothing of them
   */
  note(cause: unknown, doing: string): StorageFailure | null {
    const found = storageFailureOf(cause);
    if (found === null) return null;
    if (this.isDamaged) return 'damaged';
    if (found === 'damaged') this.damage(cause instanceof Error ? cause.message : String(cause));
    else this.#enter(this.#isFull(found) ? 'full' : found, cause, doing);
    return this.#state === 'well' ? found : this.#state;
  }

  /** Nothing is written from here on. @param reason as SQLite says it, or in words */
  damage(reason: string): void {
    if (this.isDamaged) return;
    this.#environment.log.error({ reason }, 'the database is damaged: nothing more is written to it');
    this.#next?.();
    this.#state = 'damaged';
    this.#since = this.#environment.now();
    const mark = this.#mark();
    this.#message = damageText(this.#directory, reason, mark);
    try {
      this.#connection.pragma('query_only = ON');
      if (this.#onDisk && mark !== null) writeMark(this.#directory, { ...mark, damage: reason });
    } catch (cause) {
      this.#environment.log.error({ err: cause }, 'the damage could not be marked');
    }
    for (const listener of this.#damaged) listener();
    this.#tellMoved();
  }

  /** What a call is answered that could not be done because of `failure`. */
  refusal(failure: StorageFailure): ContractError {
    const isDamaged = failure === 'damaged' || this.isDamaged;
    const message = isDamaged
      ? `Not saved, and what you have typed is still here. ${this.#message ?? ''}`.trim()
      : refusedText[failure];
    return { code: 'unavailable', message, retryable: !isDamaged };
  }

  /**
   * The same environment with timers that trouble of the disk does not end the program with: what could not be done is
   * done when its time comes again, and given up where nothing is written any more.
   */
  guarding(environment: Environment): Environment {
    return {
      ...environment,
      after: (milliseconds, action) => {
        let cancel: Cancel;
        const attempt = (): void => {
          const failure = this.guard('timer', action);
          if (failure !== null && failure !== 'damaged') cancel = environment.after(tryAgainMs, attempt);
        };
        cancel = environment.after(milliseconds, attempt);
        return () => cancel();
      },
    };
  }

  /** Runs `action`. @returns the trouble that kept it from being done; null where it was done. Throws what is none. */
  guard(doing: string, action: () => void): StorageFailure | null {
    try {
      action();
      return null;
    } catch (cause) {
      const failure = this.note(cause, doing);
      if (failure === null) throw cause;
      return failure;
    }
  }

  stop(): void {
    this.#next?.();
    this.#moved = [];
    this.#recovered = [];
    this.#damaged = [];
  }

  get #isTold(): boolean {
    return this.#state !== 'busy' || this.#environment.monotonic() - this.#sinceMonotonic >= busyToldAfterMs;
  }

  #enter(failure: Exclude<StorageFailure, 'damaged'>, cause: unknown, doing: string): void {
    if (this.#state !== failure) {
      this.#environment.log.error({ err: cause, doing, failure }, 'the disk or the database cannot be used');
      if (this.#state === 'well') {
        this.#since = this.#environment.now();
        this.#sinceMonotonic = this.#environment.monotonic();
      }
      this.#state = failure;
      this.#message = troubleText(failure, this.#directory);
      this.#tellMoved();
    }
    this.#tryLater();
  }

  #tryLater(): void {
    this.#next ??= this.#environment.after(tryAgainMs, () => {
      this.#next = null;
      this.#try();
    });
  }

  /** Whether trouble has passed shows a write that is made as any other is. */
  #try(): void {
    if (this.#state === 'well' || this.isDamaged) return;
    try {
      if (this.#onDisk && this.#state !== 'busy') tryFile(join(this.#directory, 'room-test'));
      this.#tryTransaction();
    } catch (cause) {
      if (this.note(cause, 'trying again') === null) throw cause;
      this.#tellMoved();
      return;
    }
    this.#environment.log.warn({ was: this.#state }, 'the database can be written to again');
    this.#state = 'well';
    this.#since = this.#environment.now();
    this.#message = null;
    this.#tellMoved();
    for (const listener of this.#recovered) this.guard('going on', listener);
  }

  #tryTransaction(): void {
    const [begin, touch, commit, rollback] = this.#attempt;
    begin.run();
    try {
      touch.run(String(this.#environment.now()));
      commit.run();
    } catch (cause) {
      if (this.#connection.inTransaction) rollback.run();
      throw cause;
    }
  }

  /** SQLite says of a full disk now and then that it failed. */
  #isFull(failure: StorageFailure): boolean {
    return failure === 'failing' && this.#free() === 0;
  }

  #free(): number | null {
    if (!this.#onDisk) return null;
    try {
      const { bavail, bsize } = statfsSync(this.#directory);
      return bavail * bsize;
    } catch {
      return null;
    }
  }

  /** Told once for each thing that is to be told. */
  #tellMoved(): void {
    const announced = JSON.stringify([this.#isTold && this.#state, this.#notes]);
    if (announced === this.#told) return;
    this.#told = announced;
    for (const listener of this.#moved) listener();
  }
}

function sizeOf(onDisk: boolean, file: string): number {
  if (!onDisk) return 0;
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Throws with Node's code where the disk has no room or may not be written to. */
function tryFile(file: string): void {
  const handle = openFile(file, toWrite.anew);
  try {
    const written = writeSync(handle, new Uint8Array(roomBytes));
    if (written < roomBytes) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    fsyncSync(handle);
  } finally {
    closeSync(handle);
    removeFile(file);
  }
}
