import type { Pick } from '../../ui/combo-field.tsx';
import type { FieldContext } from './field-words.ts';

/** What is needed to show and to edit the fields of one ship's records, on board and ashore alike. */
export interface RecordWords extends FieldContext {
  /** ISO 8601 instant → the same in UTC, for the words that appear on hover. */
  utc: (iso: string) => string;
  /** The day it is now, `YYYY-MM-DD`. */
  today: () => string;
  /** Crew that can be chosen. */
  crew: readonly { id: string; name: string; rank: string }[];
  findEquipment: (words: string) => Promise<readonly Pick[]>;
}

/** The equipment that values of a field point to, to be named. */
export function equipmentIn(field: string, values: readonly unknown[]): string[] {
  return field === 'equipmentId' ? values.filter((value) => typeof value === 'string') : [];
}

/** Which side somebody wrote on, in words. */
export const sideWords = { vessel: 'on board', shore: 'ashore' } as const;
