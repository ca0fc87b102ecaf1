import type { Pick } from '../../ui/combo-field.tsx';
import type { FieldContext } from './field-labels.ts';

/** What is needed to show and to edit the fields of one ship's records, on board and ashore alike. */
export interface RecordLabels extends FieldContext {
  /** ISO 8601 instant → the same in UTC, for the words that appear on hover. */
  utc: (iso: string) => string;
  /** A day `YYYY-MM-DD` and a time `14:02` of the place's clocks → ISO 8601 instant. */
  instantAt: (day: string, time: string) => string;
  /** The day it is now, `YYYY-MM-DD`. */
  today: () => string;
  /** Finds records of a kind by words, for a field that points to one. */
  find: (entity: string, words: string) => Promise<readonly Pick[]>;
}

/** Which side somebody wrote on, in words. */
export const sideLabels = { vessel: 'on board', shore: 'ashore' } as const;
