import type { FieldValues, Writing } from './record.ts';

/** A record that is there. */
export interface OtherRecord {
  id: string;
  values: FieldValues;
}

/** A record that somebody adds, with what it is compared with. */
export interface AddedRecord extends OtherRecord {
  /** Those of its kind that have the same value in `among`. */
  others: readonly OtherRecord[];
  /** By field that points to a record: that record's values. */
  referenced: Readonly<Record<string, FieldValues>>;
}

/** Why a record is not taken as it stands. */
export type Objection =
  /** It cannot be: what is wrong, by field. */
  | { wrong: readonly { path: string; message: string }[] }
  /** It can be, and is seldom meant so: taken when the person confirms. What they are asked, in their words. */
  | { question: string };

/**
 * What is looked at besides a new record's own values before it is taken from a person, on board and ashore alike. What comes
 * from the other end is taken in any case: it was asked about there.
 */
export interface BesideRule {
  /** A field that points to a record: compared are those that point to the same. */
  among: string;
  /** Pure, and the same whatever the order of `others`. */
  judge: (added: AddedRecord, writing: Writing) => Objection | null;
}
