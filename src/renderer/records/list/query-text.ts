import type { Scalar } from '#shared/json.ts';
import type { FieldDeclaration, RecordDeclaration } from '#shared/records/define-record.ts';
import { shownFields } from '#shared/records/lists.ts';
import type { RecordQuery } from '../port.ts';
import { filteredFields } from './filtered-fields.ts';

type Declared = Pick<RecordDeclaration, 'fields' | 'sort' | 'title'>;

/** What a list of the kind shows where nobody says otherwise. */
export function firstQuery(spec: Declared): RecordQuery {
  return { search: '', filter: {}, sort: spec.sort ?? spec.title[0], direction: 'asc' };
}

/** What a list shows, for the address: `q=pump&sort=name&criticality=A`; empty for what it shows at first. */
export function queryText(spec: Declared, { search, filter, sort, direction }: RecordQuery): string {
  const first = firstQuery(spec);
  const text = new URLSearchParams();
  for (const [field, values] of Object.entries(filter))
    for (const value of values) text.append(field, String(value));
  if (search.trim() !== '') text.set('q', search.trim());
  if (sort !== first.sort) text.set('sort', sort);
  if (direction !== first.direction) text.set('direction', direction);
  return text.toString();
}

/** The query that an address says; what in it is none of the kind's is as at first. */
export function parseQuery(spec: Declared, text: string): RecordQuery {
  const given = new URLSearchParams(text);
  const first = firstQuery(spec);
  const sort = given.get('sort') ?? '';
  const isSortable = sort === 'updatedAt' || shownFields(spec).some(([name]) => name === sort);
  const filter = filteredFields(spec).flatMap(([name, declared]): [string, Scalar[]][] => {
    const values = given.getAll(name).flatMap((value) => valueOf(declared, value));
    return values.length === 0 ? [] : [[name, values]];
  });
  return {
    search: (given.get('q') ?? '').slice(0, 200),
    filter: Object.fromEntries(filter),
    sort: isSortable ? sort : first.sort,
    direction: given.get('direction') === 'desc' ? 'desc' : 'asc',
  };
}

/** One value that a field can be narrowed to; nothing for a text that is none. */
function valueOf({ type, shape }: FieldDeclaration, text: string): Scalar[] {
  const value: Scalar = type === 'flag' && (text === 'true' || text === 'false') ? text === 'true' : text;
  return shape.safeParse(value).success ? [value] : [];
}
