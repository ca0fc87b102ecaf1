import { z } from 'zod';

type Kind = 'list' | 'number' | 'text';

const property = z.object({ type: z.string().optional() });
const properties = z.object({ properties: z.record(z.string(), property).default({}) });

/**
 * Reads a query string for a schema that says what each parameter is: lists may be repeated or separated by
 * commas (`?status=open&status=on_hold`, `?status=open,on_hold`), numbers are written in digits. What does not
 * fit is handed on as text, for the schema to refuse in its own words.
 */
export function queryReader(schema: z.ZodObject): (search: URLSearchParams) => Record<string, unknown> {
  const described = properties.parse(z.toJSONSchema(schema, { io: 'input' }));
  const kinds = new Map(
    Object.entries(described.properties).map(([name, { type }]): [string, Kind] => [
      name,
      type === 'array' ? 'list' : type === 'integer' || type === 'number' ? 'number' : 'text',
    ]),
  );
  return (search) => {
    const query: Record<string, unknown> = {};
    for (const name of new Set(search.keys())) query[name] = valueOf(kinds.get(name), search.getAll(name));
    return query;
  };
}

function valueOf(kind: Kind | undefined, given: string[]): unknown {
  if (kind === 'list') return given.flatMap((text) => text.split(',')).filter((text) => text !== '');
  const [only] = given;
  if (given.length > 1 || only === undefined) return given;
  return kind === 'number' && /^-?\d+(\.\d+)?$/.test(only) ? Number(only) : only;
}
