import type { Pick } from '../../ui/combo-field.tsx';
import { type FieldContext, type FieldOf, entityName, referencesIn } from './field-labels.ts';

/** What is needed to show and to edit the fields of one ship's records, on board and ashore alike. */
export interface RecordLabels extends FieldContext {
  /** ISO 8601 instant → the same in UTC, for the words that appear on hover. */
  utc: (iso: string) => string;
  /** The day it is now, `YYYY-MM-DD`. */
  today: () => string;
  /** Crew that can be chosen. */
  crew: readonly { id: string; name: string; rank: string }[];
  findEquipment: (words: string) => Promise<readonly Pick[]>;
}

/** The equipment that values of a field point to, to be named. */
export const equipmentIn = (of: FieldOf, values: readonly unknown[]): string[] =>
  referencesIn(of, values, 'equipment');

/** Names what can be named here, by its kind. */
export function namesBy(
  kinds: Readonly<Record<string, (id: string) => string | undefined>>,
): RecordLabels['nameOf'] {
  return (entity, id) => {
    const name = Object.hasOwn(kinds, entity) ? kinds[entity]?.(id) : undefined;
    return name ?? `another ${entityName(entity).toLowerCase()}`;
  };
}

/** Which side somebody wrote on, in words. */
export const sideLabels = { vessel: 'on board', shore: 'ashore' } as const;
