import { statSync } from 'node:fs';
import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { WritableDatabase } from '../store/database.ts';
import { writeMark, type DatabaseMark } from './database-mark.ts';
import type { Storage } from './storage.ts';

const everyMs = 30_000;
/** The first look at the whole database begins so soon after the start, and one table is looked at in a turn. */
const lookAfterMs = 1_000;
const turnMs = 50;
const lookAgainMs = 24 * 3_600_000;
/** A log that has grown beyond this is folded into the database though somebody writes; bytes. */
const logMost = 16_000_000;
/** Beyond this somebody keeps it from being folded, and people are told; bytes. */
const logTold = 32_000_000;

const checkpointed = z.tuple([z.object({ busy: z.number(), log: z.number(), checkpointed: z.number() })]);
const names = z.array(z.string());
const logNote = 'Another program has been reading';

export interface UpkeepDependencies {
  connection: WritableDatabase;
  directory: string;
  file: string;
  environment: Environment;
  storage: Storage;
  mark: () => DatabaseMark;
}

/**
 * What a database on a disk needs while nobody looks: its log folded in when nobody writes, so that hardly anything lies
 * in it alone; the mark beside it; and a look at every page of it, after the start and once a day.
 */
export class Upkeep {
  readonly #dependencies: UpkeepDependencies;
  readonly #changes: Statement;
  readonly #inode: number;
  #seenChanges = -1;
  #marked = '';
  #tick: Cancel | null = null;
  #look: Cancel | null = null;

  constructor(dependencies: UpkeepDependencies) {
    this.#dependencies = dependencies;
    this.#changes = dependencies.connection.prepare('SELECT total_changes()').pluck();
    this.#inode = inodeOf(dependencies.file);
  }

  start(): void {
    this.#writeMark();
    this.#tick = this.#dependencies.environment.after(everyMs, () => this.#onTick());
    this.#lookLater(lookAfterMs);
  }

  /** The database is about to be closed. */
  close(): void {
    this.#tick?.();
    this.#look?.();
    if (!this.#dependencies.storage.isDamaged) this.#writeMark();
  }

  #onTick(): void {
    const { environment, storage } = this.#dependencies;
    this.#tick = environment.after(everyMs, () => this.#onTick());
    if (storage.isDamaged) return;
    if (inodeOf(this.#dependencies.file) !== this.#inode) {
      storage.damage('its file was removed, or another one was put in its place, while ARUS was running');
      return;
    }
    this.#foldLog();
    this.#writeMark();
  }

  /** Waits for nobody: what cannot be folded now is folded another time. */
  #foldLog(): void {
    const { connection, file, storage } = this.#dependencies;
    const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const changes = Number(this.#changes.get());
    const isIdle = changes === this.#seenChanges;
    this.#seenChanges = changes;
    if (size === 0 || (!isIdle && size < logMost)) return;
    storage.guard('folding the log', () => {
      const [{ busy }] = checkpointed.parse(connection.pragma('wal_checkpoint(TRUNCATE)'));
      if (busy === 0) storage.untell(logNote);
      else if (size > logTold)
        storage.tell(
          `${logNote} the ship's database for a long time, and its log has grown to ${Math.round(size / 1e6)} MB. Nothing is lost. Close that program, such as a database viewer or a backup, and it shrinks by itself.`,
        );
    });
  }

  #writeMark(): void {
    const { directory, environment, mark, storage } = this.#dependencies;
    storage.guard('writing the mark', () => {
      const now = mark();
      const { at: _, ...rest } = now;
      const text = JSON.stringify(rest);
      if (text === this.#marked) return;
      try {
        writeMark(directory, now);
        this.#marked = text;
      } catch (cause) {
        // It is older than it could be. The database itself says whether the disk can be used.
        environment.log.warn({ err: cause }, 'the mark beside the database could not be written');
      }
    });
  }

  #lookLater(milliseconds: number): void {
    this.#look = this.#dependencies.environment.after(milliseconds, () => {
      const { connection, storage } = this.#dependencies;
      storage.guard('looking at the database', () => {
        const tables = connection
          .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
          .pluck()
          .all();
        this.#lookAt(names.parse(tables));
      });
    });
  }

  #lookAt(tables: readonly string[]): void {
    const { connection, environment, storage } = this.#dependencies;
    const [table, ...rest] = tables;
    if (storage.isDamaged) return;
    if (table === undefined) {
      this.#lookLater(lookAgainMs);
      return;
    }
    storage.guard('looking at the database', () => {
      const damage = damageIn(connection, table);
      if (damage === null) this.#look = environment.after(turnMs, () => this.#lookAt(rest));
      else storage.damage(damage);
    });
  }
}

/**
 * Every page of one table and its indexes, or of all: their form, not what the rows say.
 * @returns what is wrong, as SQLite says it; null for nothing
 */
export function damageIn(connection: Pick<WritableDatabase, 'prepare'>, table: string | null): string | null {
  const check = table === null ? 'quick_check(1)' : `quick_check('${table.replaceAll("'", "''")}')`;
  const found = connection.prepare(`PRAGMA ${check}`).pluck().get();
  return found === 'ok' ? null : String(found).replaceAll(/\s+/g, ' ');
}

function inodeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
}
