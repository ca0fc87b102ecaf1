import type Database from 'better-sqlite3';
import type { Lane } from '#shared/domain/record.ts';
import type { Operation } from '#shared/sync/change.ts';
import type { Origin, Seen } from '#shared/sync/seen.ts';

/** Who acts: shown in the journal for ever, so the name stands beside the id. */
export interface Actor {
  id: string | null;
  name: string;
}

/** Context for facts: what the triggers cannot know of a write. */
export interface WriteUnit {
  kind: 'write';
  origin: Origin;
  actor: Actor;
  device: string;
  /** Hybrid time of the changes in the unit; one of a record that knows a later time has a later one. */
  time: number;
  /** Wall clock, ms. */
  at: number;
  seen: Seen;
  /** Number and chain hash of the journal's last entry; they move on as changes are journalled. */
  last: number;
  hash: string;
  written: WrittenChange[];
  /** The lowest number that an urgent change took along from another lane; null for none. */
  promoted: number | null;
}

/** Applying changes of the other end, or taking shore's acknowledgement: the journal is written by the caller. */
export interface ApplyUnit {
  kind: 'apply';
}

export interface WrittenChange {
  number: number;
  entity: string;
  recordId: string;
  operation: Operation;
  fields: readonly string[];
  lane: Lane;
}

export type ColumnValue = string | number | null;

/** What was written to one row, as a trigger saw it. */
export interface Fact {
  entity: string;
  recordId: string;
  /** Null for a row that is new. */
  wasDeleted: boolean | null;
  deleted: boolean;
  /** Field versions as they stood (empty for a new row), and as the writing statement left them. */
  versionsBefore: string;
  versions: string;
  /** The record's columns in the order of its fields: after, then (not for a new row) before. */
  columns: readonly ColumnValue[];
}

/**
 * The functions that triggers call, bound to the unit of work that is open on this connection. Without one they
 * fail, and the write that asked with them.
 */
export class UnitOfWork {
  #open: WriteUnit | ApplyUnit | null = null;
  #facts: Fact[] = [];
  #told: Fact | null = null;

  constructor(connection: Database.Database) {
    connection.function('arus_unit', () => this.#unit().kind);
    connection.function('arus_is_news', (entity: string, recordId: string) =>
      Number(this.#isNews(entity, recordId)),
    );
    connection.function(
      'arus_change',
      { varargs: true },
      (
        entity: string,
        recordId: string,
        wasDeleted: number | null,
        deleted: number,
        versionsBefore: string,
        versions: string,
        ...columns: ColumnValue[]
      ) => {
        this.#unit();
        this.#facts.push({
          entity,
          recordId,
          wasDeleted: wasDeleted === null ? null : wasDeleted !== 0,
          deleted: deleted !== 0,
          versionsBefore,
          versions,
          columns,
        });
        return null;
      },
    );
  }

  /** Runs `work` with `unit` open. The caller has a transaction open and rolls back when this throws. */
  run<T>(unit: WriteUnit | ApplyUnit, work: () => T): T {
    if (this.#open !== null) throw new Error('A unit of work is open already');
    this.#open = unit;
    try {
      return work();
    } finally {
      this.#open = null;
      this.#facts = [];
      this.#told = null;
    }
  }

  /**
   * Runs `write`, the statement that writes the row of `fact`. What whoever writes has in hand need not come back
   * column by column: the trigger says that the row was written, and the fact counts from then on.
   * @throws when no trigger saw that row
   */
  told(fact: Fact, write: () => void): void {
    if (this.#unit().kind === 'apply') {
      write();
      return;
    }
    this.#told = fact;
    write();
    if (this.#told === null) return;
    this.#told = null;
    throw new Error(`ARUS: no trigger saw the ${fact.entity} that was written`);
  }

  /** What the triggers saw since this was last asked. */
  takeFacts(): readonly Fact[] {
    const facts = this.#facts;
    if (facts.length > 0) this.#facts = [];
    return facts;
  }

  /** Asked by a trigger for each row that was written: whether it has to hand the row over. */
  #isNews(entity: string, recordId: string): boolean {
    if (this.#unit().kind === 'apply') return false;
    const told = this.#told;
    if (told?.recordId !== recordId || told.entity !== entity) return true;
    this.#facts.push(told);
    this.#told = null;
    return false;
  }

  #unit(): WriteUnit | ApplyUnit {
    if (this.#open === null) throw new Error('ARUS: this write did not go through recordAndPublish');
    return this.#open;
  }
}
