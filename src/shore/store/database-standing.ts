import type { Environment } from '#shared/ports.ts';
import {
  databaseCode,
  databaseFault,
  databaseMessage,
  NoConnection,
  SilentDatabase,
} from './database-error.ts';

/** That the database does not do its work, since when by our clock (ms), and why, in words. */
export interface NotWell {
  since: number;
  words: string;
}

/** No room, or an input/output error: what takes no room goes on working, so that only time or a real write tells. */
const roomCodes = /^(53100|58030)$/;
/** A message that could not be stored is tried again within 10 s; without a failure for longer, none is being made. */
const quietFor = 12_000;
/** A write that went through is proof for so long. */
const provenFor = 5_000;

/**
 * Whether the gateway's database does its work, from what writes and looks found: one that answers every question and
 * takes no writes is not well. What a lock or a refused statement does to one caller says nothing of the database.
 */
export class DatabaseStanding {
  readonly #environment: Environment;
  #notWell: (NotWell & { needsRoom: boolean }) | null = null;
  #failedAt = Number.NEGATIVE_INFINITY;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #suspectedSince: number | null = null;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  get notWell(): NotWell | null {
    return this.#notWell;
  }

  /** What a look has to try before it may say that all is well. */
  get toTry(): 'nothing' | 'writing' | 'taking room' | 'waiting' {
    const now = this.#environment.monotonic();
    if (this.#notWell?.needsRoom === true) return now - this.#failedAt < quietFor ? 'waiting' : 'taking room';
    return this.#notWell === null && now - this.#writtenAt < provenFor ? 'nothing' : 'writing';
  }

  /** The connection on which we listen is gone: nobody has asked yet, but if it is not well, then since now. */
  suspect(): void {
    this.#suspectedSince ??= this.#environment.now();
  }

  /** Something was asked of it and failed. Only what may be the database's own trouble counts. */
  failed(error: unknown): void {
    if (databaseFault(error) !== 'away') return;
    const { log } = this.#environment;
    this.#failedAt = this.#environment.monotonic();
    this.#writtenAt = Number.NEGATIVE_INFINITY;
    const words = troubleText(error);
    const needsRoom = roomCodes.test(databaseCode(error));
    if (this.#notWell === null) {
      const since = this.#suspectedSince ?? this.#environment.now();
      this.#notWell = { since, words, needsRoom };
      log.warn({ code: databaseCode(error), reason: words }, 'the database is not well');
    } else {
      this.#notWell = { ...this.#notWell, words, needsRoom };
    }
  }

  /**
   * A transaction that had to write was committed.
   * @param tookRoom whether it certainly added something
   */
  written(tookRoom: boolean): void {
    if (this.#notWell?.needsRoom === true && !tookRoom && this.toTry === 'waiting') return;
    this.wellAgain();
  }

  /** What had to be tried was done. */
  wellAgain(): void {
    const { log } = this.#environment;
    this.#writtenAt = this.#environment.monotonic();
    this.#suspectedSince = null;
    if (this.#notWell === null) return;
    const seconds = Math.max(0, Math.round((this.#environment.now() - this.#notWell.since) / 1_000));
    this.#notWell = null;
    log.info({ seconds }, 'the database is well again');
  }
}

/** What is wrong with the database, for people; at the end, what the server or the network said. */
export function troubleText(error: unknown): string {
  return `${whatIsWrong(error)} (${databaseMessage(error).replace(/\.$/, '')})`;
}

function whatIsWrong(error: unknown): string {
  const code = databaseCode(error);
  if (code === '25006') return 'The database takes no writes';
  if (code === '53100') return 'The database has no room left on its disk';
  if (code === '58030') return "The database's disk fails";
  if (error instanceof SilentDatabase) return 'The database gives no answer';
  if (code === '42P01' || code === '3F000') return 'The database is not set up';
  if (code === '57014') return 'The database takes too long';
  if (error instanceof NoConnection || code !== '') return 'The database cannot be reached';
  return 'The database does not do its work';
}
