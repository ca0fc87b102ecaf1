import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, describe } from 'vitest';
import { z } from 'zod';
import { rowsOf } from '#shore/store/database.ts';
import { problemsKept } from '#shore/store/problem-rows.ts';
import type { NewProblem } from '#shore/store/shore-store.ts';
import { kinds } from './support/databases.ts';
import { openOffice, type Office } from './support/office.ts';

const problem = (vesselId: string, key: string): NewProblem => ({
  vesselId,
  key,
  at: 1,
  code: 'told',
  message: 'Something happened.',
  entity: null,
  recordId: null,
});

describe.each(kinds)('the list of problems on %s', (kind) => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice(kind);
  });
  afterAll(() => office.close());

  const countOf = async (where: ReturnType<typeof sql>): Promise<number> => {
    const [row] = await rowsOf(
      office.database.reader,
      sql`select count(*)::int as n from sync_problems where ${where}`,
      z.object({ n: z.number() }),
    );
    return row?.n ?? 0;
  };

  test('a flood from one ship pushes out only the oldest of its kind, of that ship', async () => {
    await office.store.addProblems([
      problem('mv-calm', 'parked mv-calm v1#1'),
      problem('mv-loud', 'epoch mv-loud v1'),
      problem('mv-loud', 'parked mv-loud v1#0'),
    ]);
    // What is told again takes a number of the table too.
    for (let time = 0; time < 3; time += 1)
      await office.store.addProblems(
        Array.from({ length: problemsKept }, (_, index) =>
          problem('mv-loud', `parked mv-loud v1#${index + 1}`),
        ),
      );
    expect(await countOf(sql`vessel_id = 'mv-calm'`)).toBe(1);
    expect(await countOf(sql`key = 'epoch mv-loud v1'`)).toBe(1);
    expect(await countOf(sql`key like 'parked mv-loud%'`)).toBe(problemsKept);
    expect(await countOf(sql`key = 'parked mv-loud v1#0'`)).toBe(0);
  });
});
