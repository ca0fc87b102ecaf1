import { sql, type SQL } from 'drizzle-orm';

/**
 * A statement that writes many rows: they travel as one JSON text, which Postgres takes apart by the table's own columns.
 * @param rows values by column; those of `jsonTexts` as the text of their JSON
 * @param onConflict columns of the key whose rows are written over; null where a double is an error
 */
export function insertion(
  table: string,
  columns: readonly string[],
  rows: readonly Record<string, unknown>[],
  onConflict: readonly string[] | null,
  jsonTexts: readonly string[] = [],
): SQL {
  const names = list(columns);
  // As text within the text: taking the whole apart, Postgres refuses escapes such as a NUL's wherever they stand.
  const values = sql.join(
    columns.map((column) =>
      jsonTexts.includes(column) ? sql`(${sql.identifier(column)} #>> '{}')::json` : sql.identifier(column),
    ),
    sql`, `,
  );
  const written =
    onConflict === null
      ? sql``
      : sql` on conflict (${list(onConflict)}) do update set ${sql.join(
          columns
            .filter((column) => !onConflict.includes(column))
            .map((column) => sql`${sql.identifier(column)} = excluded.${sql.identifier(column)}`),
          sql`, `,
        )}`;
  return sql`insert into ${sql.identifier(table)} (${names})
    select ${values} from json_populate_recordset(null::${sql.identifier(table)}, ${JSON.stringify(rows)}::json)${written}`;
}

/**
 * Stands in a statement that Postgres must plan for the values it has, each time. A plan that is kept for any values
 * reckons with a list of ten in a table of the size it had then: with a thousand in a table that has filled since, it
 * compares every row with every value.
 */
export const plannedForItsValues = '/* planned for its values */';
/** A list no longer than this costs little under any plan. */
const fewValues = 10;

/** `any(…)` of a list of texts, in one parameter whatever its length: planned as so many look-ups in an index. */
export function anyOf(texts: readonly string[]): SQL {
  const quoted = texts.map((text) => `"${text.replaceAll(/["\\\\]/g, String.raw`\$&`)}"`);
  return anyIn(quoted, 'text');
}

/** The same of whole numbers. */
export function anyNumberOf(numbers: readonly number[]): SQL {
  return anyIn(numbers, 'bigint');
}

function anyIn(values: readonly (string | number)[], type: 'text' | 'bigint'): SQL {
  const planned = values.length > fewValues ? sql.raw(` ${plannedForItsValues}`) : sql``;
  return sql`any(${`{${values.join(',')}}`}::${sql.raw(type)}[]${planned})`;
}

function list(names: readonly string[]): SQL {
  return sql.join(
    names.map((name) => sql.identifier(name)),
    sql`, `,
  );
}
