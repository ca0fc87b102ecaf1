import type { RecordSpec } from './record.ts';
import { specOf } from './catalogue.ts';

/** Another record that a value points to. */
export interface Reference {
  /** The field that holds its id. */
  path: string;
  entity: string;
  id: string;
  /** What people call a record of that kind, within a sentence. */
  name: string;
}

/** What the values of a record point to, as its declaration says. Values that are left out or empty point to nothing. */
export function referencesIn(
  spec: Pick<RecordSpec, 'fields'>,
  values: Readonly<Record<string, unknown>>,
): Reference[] {
  return Object.entries(spec.fields).flatMap(([path, { refersTo, refersToKindIn }]) => {
    const id = values[path];
    const entity = refersTo ?? (refersToKindIn === undefined ? undefined : values[refersToKindIn]);
    if (typeof entity !== 'string' || typeof id !== 'string') return [];
    return [{ path, entity, id, name: (specOf(entity)?.names.one ?? entity).toLowerCase() }];
  });
}
