import { sql, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { anyNumberOf, anyOf } from '#shore/store/bulk.ts';
import { StatementNames } from '#shore/store/statement-names.ts';

const names = new StatementNames();
const nameOf = (statement: SQL): string | null => {
  const { sql: text, params } = new PgDialect().sqlToQuery(statement);
  return names.of(text, params.length);
};
const look = (condition: SQL): SQL => sql`select state from sync_versions where record_id = ${condition}`;
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `id-${index}`);

describe('names of prepared statements', () => {
  it('gives a look-up of few records one name, whichever and however many they are', () => {
    const one = nameOf(look(anyOf(['a'])));
    expect(one).toMatch(/^arus_/);
    expect(nameOf(look(anyOf(ids(10))))).toBe(one);
  });

  it('gives a look-up of many none: a plan kept from an empty table would compare every row with every value', () => {
    expect(nameOf(look(anyOf(ids(11))))).toBeNull();
    expect(nameOf(look(anyNumberOf(ids(11).map((_, index) => index))))).toBeNull();
  });
});
