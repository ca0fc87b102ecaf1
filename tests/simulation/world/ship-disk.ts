import Database from 'better-sqlite3';
import { receivedFromJson, receivedRangesJson, hasReceived } from '#shared/sync/received-ranges.ts';
import { asWritable } from '#vessel/store/database.ts';
import { migrate, prepareConnection, type OpenedDatabase } from '#vessel/store/open-database.ts';
import { ensureNewRecordViews } from '#vessel/store/journal/new-record.ts';
import { Settings } from '#vessel/store/settings.ts';
import { writeSnapshotProgress } from '#vessel/store/records/snapshot-progress.ts';
import { ensureTriggers } from '#vessel/store/triggers.ts';
import type { Life } from './life.ts';

type Statement = Database.Statement;
type Implementation = (...values: unknown[]) => unknown;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What a disk holds: the rows of every table that has any, or the file of one that is not from the pool. */
export type DiskImage = Buffer | readonly TableRows[];

interface TableRows {
  table: string;
  rows: readonly unknown[][];
}

/**
 * A node's database as its disk holds it, in memory. It outlives the programs on it: a program that is killed leaves
 * what it had committed.
 *
 * To be there at once, it is taken out of a pool: everything of one run happens within one transaction that is rolled
 * back at the end, each transaction of the node is a savepoint in it, and statements are compiled once for all runs.
 */
export class ShipDisk {
  readonly connection: Database.Database;
  readonly #nested: boolean;
  readonly #cache = new Map<string, Statement[]>();
  readonly #looks = new Map<string, Statement>();
  readonly #functions = new Map<string, Implementation>();
  readonly #database: Database.Database;
  /** Transactions that were committed on it. */
  commits = 0;
  #handed = new Map<string, number>();
  #life: Life | null = null;
  #inUnit = false;
  /** Set by a flag of ours, not SQLite's, at whose change every statement would be compiled anew. */
  #isReadonly = false;
  #isLimited = false;

  private constructor(database: Database.Database, nested: boolean) {
    this.#database = database;
    this.#nested = nested;
    // Its face to the node: everything of the database, but for what is given here.
    const connection = Object.create(database) as Database.Database;
    this.connection = connection;
    Object.defineProperties(connection, {
      prepare: { value: (sql: string) => this.#hand(sql) },
      function: {
        value: (name: string, ...given: [...options: Database.RegistrationOptions[], Implementation]) =>
          this.#bind(name, given),
      },
      inTransaction: { get: () => (nested ? this.#inUnit : database.inTransaction) },
    });
  }

  static readonly #pool: ShipDisk[] = [];
  static #blank: Buffer | null = null;

  /**
   * An empty disk.
   * @param nested whether it comes from the pool
   * @param acquainted whether a node on it has taken its first snapshot from shore, which held nothing
   */
  static empty(nested: boolean, acquainted = false): ShipDisk {
    const disk = (nested ? this.#pool.pop() : undefined) ?? new ShipDisk(opened(this.#blankImage()), nested);
    if (nested) disk.#database.exec('BEGIN');
    if (acquainted) writeSnapshotProgress(new Settings(disk.#database), { kind: 'done' });
    return disk;
  }

  /** A disk on which a copy is put back. */
  static from(image: DiskImage): ShipDisk {
    if (Buffer.isBuffer(image)) return new ShipDisk(opened(image), false);
    const disk = this.empty(true);
    disk.#fill(image);
    return disk;
  }

  static #blankImage(): Buffer {
    if (this.#blank === null) {
      const connection = new Database(':memory:');
      prepareConnection(connection);
      const environment = {
        now: () => 0,
        monotonic: () => 0,
        randomBytes: (length: number) => new Uint8Array(length),
        after: () => () => undefined,
        log: silent,
      };
      migrate(connection, { isNew: true, directory: null, environment });
      ensureTriggers(connection);
      this.#blank = connection.serialize();
      connection.close();
    }
    return this.#blank;
  }

  /** Hands the disk to a program. What another one left unfinished on it is undone. */
  open(life: Life): OpenedDatabase {
    this.#undo();
    this.#isReadonly = false;
    this.#handed = new Map();
    this.#life = life;
    life.onEnd(() => {
      // Whatever the program still tries is not done.
      if (this.#life === life) this.#isReadonly = true;
    });
    return { connection: asWritable(this.connection), close: () => undefined };
  }

  /** For looking at it with what the product reads with, apart from the statements of the program on it. */
  get outside(): Database.Database {
    return this.#database;
  }

  /** Numbers in the outbox. */
  queued(): number[] {
    return this.#own('SELECT number FROM sync_outbox').pluck().all() as number[];
  }

  /** What the outbox is told from: as long as this and the end of the journal are the same, nothing has left it. */
  acknowledged(origin: string): unknown {
    return this.#own('SELECT acknowledged FROM sync_heads WHERE origin = ?').pluck().get(origin);
  }

  /** Whether the disk says that it holds a change of another origin. */
  holds(origin: string, number: number): boolean {
    const held = this.#own('SELECT held FROM sync_heads WHERE origin = ?').pluck().get(origin);
    return (
      typeof held === 'string' &&
      hasReceived(receivedFromJson(receivedRangesJson.parse(JSON.parse(held))), number)
    );
  }

  /** Records of these kinds, with those whose create has not come. */
  countOfRecords(entities: readonly string[]): number {
    const counts = [...entities, 'sync_awaited'].map((table) => `(SELECT count(*) FROM ${table})`);
    return this.#own(`SELECT ${counts.join(' + ')}`)
      .pluck()
      .get() as number;
  }

  /** A copy of everything that is committed. */
  image(): DiskImage {
    this.#undo();
    // One from the pool holds everything in a transaction that is never committed: its file would be empty.
    if (!this.#nested) return this.#database.serialize();
    return this.#tables().flatMap((table) => {
      const rows = this.#own(`SELECT * FROM ${table}`).raw().all() as unknown[][];
      return rows.length === 0 ? [] : [{ table, rows }];
    });
  }

  /** Puts a copy's rows on a disk that is empty. */
  #fill(image: readonly TableRows[]): void {
    // The triggers tell of every row; nobody is there yet who has to hear of these.
    this.#bind('arus_unit', [() => 'apply']);
    this.#bind('arus_is_news', [() => 0]);
    this.#bind('arus_change', [{ varargs: true }, () => null]);
    for (const { table, rows } of image) {
      this.#own(`DELETE FROM ${table}`).run();
      const places = rows[0]?.map(() => '?').join(', ');
      const insert = this.#own(`INSERT INTO ${table} VALUES (${places})`);
      for (const row of rows) insert.run(row);
    }
  }

  /**
   * Every table: the journal before the records, which need their entries there, and last those that SQLite keeps for
   * itself, which follow the others by themselves.
   */
  #tables(): string[] {
    return this.#own(
      `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIKE 'sqlite%', name NOT LIKE 'sync%', rowid`,
    )
      .pluck()
      .all() as string[];
  }

  /** @param pages that may still be written; null for a disk with room */
  limit(pages: number | null): void {
    if (pages === null && !this.#isLimited) return;
    this.#isLimited = pages !== null;
    const used = Number(this.#database.pragma('page_count', { simple: true }));
    this.#database.pragma(`max_page_count = ${pages === null ? 1_000_000_000 : used + pages}`);
  }

  /** The disk is needed no more. */
  release(): void {
    this.#isReadonly = false;
    this.#life = null;
    if (!this.#nested) {
      this.#database.close();
      return;
    }
    this.limit(null);
    this.#inUnit = false;
    this.#database.exec('ROLLBACK');
    ShipDisk.#pool.push(this);
  }

  /** For looking at the disk from outside. */
  #own(sql: string): Statement {
    const known = this.#looks.get(sql) ?? this.#database.prepare(sql);
    this.#looks.set(sql, known);
    return known;
  }

  #undo(): void {
    if (!this.connection.inTransaction) return;
    if (this.#nested) this.#database.exec('ROLLBACK TO unit; RELEASE unit');
    else this.#database.exec('ROLLBACK');
    this.#inUnit = false;
  }

  /** A statement that writes does so no more once its program has ended. */
  #guard(statement: Statement): Statement {
    if (/^\s*select/i.test(statement.source)) return statement;
    for (const name of ['run', 'get', 'all'] as const) {
      const execute: (...values: unknown[]) => unknown = statement[name].bind(statement);
      const guarded = (...values: unknown[]): unknown => {
        if (this.#isReadonly) throw new Database.SqliteError('The program has ended', 'SQLITE_READONLY');
        return execute(...values);
      };
      Object.defineProperty(statement, name, { value: guarded });
    }
    return statement;
  }

  /** The function is made known to SQLite once; a later program's takes the place of an earlier one's. */
  #bind(name: string, given: [...options: Database.RegistrationOptions[], Implementation]): void {
    const [implementation, options] = given.toReversed() as [Implementation, Database.RegistrationOptions?];
    const known = this.#functions.has(name);
    this.#functions.set(name, implementation);
    if (known) return;
    const call: Implementation = (...values) => this.#functions.get(name)?.(...values);
    Object.defineProperty(call, 'length', { value: implementation.length });
    this.#database.function(name, options ?? {}, call);
  }

  /** Each reader of a statement gets its own, up to a few; those of the next program are the same again. */
  #hand(sql: string): Statement {
    const control = this.#control(sql);
    if (control !== null) return control;
    const statement = this.#cached(sql);
    return isAlone.test(sql) ? this.#alone(statement) : statement;
  }

  #cached(sql: string): Statement {
    const count = this.#handed.get(sql) ?? 0;
    this.#handed.set(sql, count + 1);
    const place = count < 4 ? count : 4 + (count % 4);
    const statements = this.#cache.get(sql) ?? [];
    if (statements.length === 0) this.#cache.set(sql, statements);
    const known = statements[place];
    if (known !== undefined) {
      if (known.reader) known.pluck(false).raw(false);
      return known;
    }
    const statement = this.#guard(this.#database.prepare(sql));
    statements[place] = statement;
    return statement;
  }

  /** A statement that is a transaction by itself, with the boundaries at which the program may be killed. */
  #alone(statement: Statement): Statement {
    const life = this.#life;
    if (life === null) return statement;
    const run = (values: unknown[]): void => {
      life.boundary();
      if (this.#nested) this.#own('SAVEPOINT unit').run();
      try {
        statement.run(values);
      } catch (cause) {
        if (this.#nested) this.#own('ROLLBACK TO unit').run();
        throw cause;
      } finally {
        if (this.#nested) this.#own('RELEASE unit').run();
      }
      this.commits += 1;
      life.boundary();
    };
    return { run } as unknown as Statement;
  }

  /** The three statements of a transaction, with the boundaries at which the program may be killed. */
  #control(sql: string): Statement | null {
    const life = this.#life;
    if (life === null) return null;
    const run = (action: () => void): Statement => ({ run: action }) as unknown as Statement;
    const execute = (own: string, nested: string): void => {
      if (this.#nested) for (const each of nested.split('; ')) this.#own(each).run();
      else this.#own(own).run();
    };
    if (sql === 'BEGIN IMMEDIATE')
      return run(() => {
        life.boundary();
        execute('BEGIN IMMEDIATE', 'SAVEPOINT unit');
        this.#inUnit = true;
      });
    if (sql === 'COMMIT')
      return run(() => {
        life.boundary();
        execute('COMMIT', 'RELEASE unit');
        this.#inUnit = false;
        this.commits += 1;
        life.boundary();
      });
    if (sql === 'ROLLBACK')
      return run(() => {
        execute('ROLLBACK', 'ROLLBACK TO unit; RELEASE unit');
        this.#inUnit = false;
      });
    return null;
  }
}

/** Statements of a node that are not within a transaction of its own. */
const isAlone = /^INSERT INTO new_/;

function opened(image: Buffer): Database.Database {
  const connection = new Database(image);
  prepareConnection(connection);
  // In a transaction that is rolled back they would go, and every statement be compiled anew.
  ensureNewRecordViews(asWritable(connection));
  return connection;
}
