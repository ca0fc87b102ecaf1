import type { HistoryEvent } from '#shared/contract/history.ts';
import type { ExpectedVersions, OpenConflict, SyncState } from '#shared/contract/record-state.ts';
import type { Scalar } from '#shared/json.ts';
import type { OfficeSyncState } from '#shared/office/records.ts';
import type { FieldValues } from '#shared/records/record.ts';
import type { RowWindow } from '../lib/row-window.ts';
import type { Pick } from '../ui/combo-field.tsx';

/** A record of any kind as a row of a list, on board and ashore alike. */
export interface SeenRecord {
  entity: string;
  id: string;
  /** What people call it. */
  title: string;
  values: FieldValues;
  /** By field that points to a record: what people call that one; null where it is not there. */
  referenced: Readonly<Record<string, string | null>>;
  /** ISO 8601. */
  updatedAt: string;
  updatedBy: string;
  sync: SyncState | OfficeSyncState;
}

export interface SeenDetail extends SeenRecord {
  /** Field → version, to be handed back by whoever edits. */
  versions: ExpectedVersions;
  conflicts: readonly OpenConflict[];
  /** By kind its lines: the first of them, and how many there are. Lines have none themselves. */
  lines?: Readonly<Record<string, SeenLines>>;
}

/** The first lines of a record, and how many there are. */
export interface SeenLines {
  items: readonly SeenDetail[];
  total: number;
}

/** Which records of a kind are asked for, and in which order. */
export interface RecordQuery {
  search: string;
  /** By field: any of these values. */
  filter: Readonly<Record<string, readonly Scalar[]>>;
  /** A field, or `updatedAt`. */
  sort: string;
  direction: 'asc' | 'desc';
}

/** The first records of a list, and whether there are more. */
export interface FirstRecords {
  items: readonly SeenRecord[];
  hasMore: boolean;
}

/** Which record is meant. */
export interface RecordName {
  entity: string;
  id: string;
}

/** Records that changed: `ids` is empty when it is not known which. */
export interface RecordsChanged {
  /** Null when any kind may have changed, as after a break. */
  entity: string | null;
  ids: readonly string[];
}

/** The records of one ship, wherever the screen is. Everything rejects with `CallError` only. */
export interface RecordPort {
  /** A list of any length, of which what is looked at is read. */
  openWindow(entity: string, query: RecordQuery): RowWindow<SeenRecord, RecordQuery>;
  /** The records that have these words, for a field that points to one. */
  find(entity: string, words: string): Promise<readonly Pick[]>;
  get(record: RecordName): Promise<SeenDetail>;
  /** The first records of a list. */
  first(entity: string, query: Omit<RecordQuery, 'search'>, most: number): Promise<FirstRecords>;
  /** `needs_confirmation` for what is seldom meant so; `confirmed` says that it is. */
  create(entity: string, values: FieldValues, confirmed: boolean): Promise<SeenDetail>;
  /** `stale` where somebody changed a field of `basis` since. */
  update(record: RecordName, changes: FieldValues, basis: ExpectedVersions): Promise<SeenDetail>;
  remove(record: RecordName): Promise<void>;
  history(
    record: RecordName,
    cursor: string | null,
  ): Promise<{ items: readonly HistoryEvent[]; nextCursor: string | null }>;
  /** Returns what ends the subscription. */
  onChanged(listener: (change: RecordsChanged) => void): () => void;
}

/** Whether the change may be one of this record. */
export function concerns({ entity, ids }: RecordsChanged, record: RecordName): boolean {
  return entity === null || (entity === record.entity && (ids.length === 0 || ids.includes(record.id)));
}
