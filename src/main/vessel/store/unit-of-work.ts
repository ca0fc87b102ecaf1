import type Database from 'better-sqlite3';
import type { Lane } from '#shared/records/record.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Origin, CausalContext } from '#shared/sync/causal-context.ts';

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
  /** Where its changes travel in another lane than their records say. */
  lane: Lane | null;
  /** Hybrid time of the changes in the unit; one of a record that knows a later time has a later one. */
  time: number;
  /** Wall clock, ms. */
  at: number;
  seen: CausalContext;
  /** Number and chain hash of the journal's last entry; they move on as changes are journalled. */
  last: number;
  hash: string;
  /** What it has journalled. */
  written: Change[];
  /** The lowest number that an urgent change took along from another lane; null for none. */
  promoted: number | null;
  /** Row and entry of a change may have parted as writing it failed: whoever goes on, the unit is not committed. */
  isBroken: boolean;
}

/** Applying changes of the other end, or taking shore's acknowledgement: the journal is written by the caller. */
export interface ApplyUnit {
  kind: 'apply';
}

export type ColumnValue = string | number | null;

/** What was changed in one row, as a trigger saw it. */
export interface Fact {
  entity: string;
  recordId: string;
  wasDeleted: boolean;
  deleted: boolean;
  /** Field versions as they stood, and as the writing statement left them. */
  versionsBefore: string;
  versions: string;
  /** The record's columns in the order of its fields: after, then before. */
  columns: readonly ColumnValue[];
}

/**
 * The functions that triggers call, bound to the unit of work that is open on this connection. Without one they
 * fail, and the write that asked with them.
 */
export class UnitOfWork {
  #open: WriteUnit | ApplyUnit | null = null;
  #facts: Fact[] = [];
  #isReported = false;

  constructor(connection: Database.Database) {
    connection.function('arus_unit', () => this.#unit().kind);
    connection.function('arus_is_news', () => Number(this.#needsRow()));
    connection.function(
      'arus_change',
      { varargs: true },
      (
        entity: string,
        recordId: string,
        wasDeleted: number,
        deleted: number,
        versionsBefore: string,
        versions: string,
        ...columns: ColumnValue[]
      ) => {
        this.#unit();
        this.#facts.push({
          entity,
          recordId,
          wasDeleted: wasDeleted !== 0,
          deleted: deleted !== 0,
          versionsBefore,
          versions,
          columns,
        });
        return null;
      },
    );
  }

  /** From here on rows are written within `unit`. The caller has a transaction open, and closes the unit with it. */
  open(unit: WriteUnit | ApplyUnit): void {
    if (this.#open !== null) throw new Error('A unit of work is open already');
    this.#open = unit;
  }

  close(): void {
    this.#open = null;
    this.#isReported = false;
    if (this.#facts.length > 0) this.#facts = [];
  }

  /**
   * Runs `write`, the statement that changes the row of `fact`. What whoever writes has in hand need not come back
   * column by column: the trigger says that the row was written, and the fact counts from then on.
   * @throws when no trigger saw a row
   */
  reported(fact: Fact, write: () => void): void {
    this.#isReported = true;
    let wasSeen: boolean;
    try {
      write();
    } finally {
      wasSeen = !this.#isReported;
      this.#isReported = false;
    }
    if (wasSeen) {
      this.#facts.push(fact);
      return;
    }
    const unit = this.#unit();
    if (unit.kind === 'write') unit.isBroken = true;
    throw new Error(`ARUS: no trigger saw the ${fact.entity} that was written`);
  }

  /** What the triggers saw since this was last asked. */
  takeFacts(): readonly Fact[] {
    const facts = this.#facts;
    if (facts.length > 0) this.#facts = [];
    return facts;
  }

  /**
   * Asked by a trigger for each row that was written: whether it has to hand the row over. While `reported` runs, nothing
   * else is written: it is that row.
   */
  #needsRow(): boolean {
    if (this.#unit().kind === 'apply') return false;
    const isNews = !this.#isReported;
    this.#isReported = false;
    return isNews;
  }

  #unit(): WriteUnit | ApplyUnit {
    if (this.#open === null) throw new Error('ARUS: this write did not go through recordAndPublish');
    return this.#open;
  }
}
