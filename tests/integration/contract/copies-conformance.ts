import { expect } from 'vitest';
import { until } from '#support/until.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import type { Calls } from './calls.ts';

/** What every carrier has to keep of the copies of the database. */
export function copiesConformance({ method, done, failed }: Calls): void {
  /** The newest copy, once it is checked. */
  const newest = () =>
    until(
      'a checked copy',
      async () => {
        const { items, trouble } = await done('copies.list', {});
        if (trouble !== null) throw new Error(trouble);
        return items.find(({ state }) => state === 'checked');
      },
      { within: 40_000 },
    );

  method('copies.list', 'says where they lie and when the next one is made', async () => {
    const { folder, nextAt, secondPlace } = await done('copies.list', {});
    expect(folder).toMatch(/backups$/);
    expect(Date.parse(nextAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(secondPlace).toBeNull();
  });

  method('copies.make', 'makes one that is checked', async () => {
    await done('copies.make', {});
    expect(await newest()).toMatchObject({ kind: 'hand', trouble: null });
  });

  method('copies.preview', 'compares it with what is here', async () => {
    const { name } = await newest();
    await done('crew.create', { name: 'Joined after the copy', rank: 'Oiler' });
    const { since, here } = await done('copies.preview', { name });
    expect(here.isReadable).toBe(true);
    expect(since.changes).toBeGreaterThan(0);
    expect(since.onlyHere).toBe(since.changes - since.ashore);
  });

  method('copies.restore', 'does nothing but what was shown', async () => {
    const { name } = await newest();
    expect(await failed('copies.restore', { name, token: 'another' })).toMatchObject({ code: 'stale' });
    expect(await failed('copies.restore', { name: '../arus.db', token: '' })).toMatchObject({
      code: 'not_found',
    });
  });

  method('copies.setSecondPlace', 'takes a folder of its own whole name, and gives it up', async () => {
    expect(await failed('copies.setSecondPlace', { folder: 'a/b' })).toMatchObject({ code: 'invalid_input' });
    const folder = temporaryDirectory('second-place');
    expect((await done('copies.setSecondPlace', { folder })).secondPlace).toMatchObject({ folder });
    expect((await done('copies.setSecondPlace', { folder: null })).secondPlace).toBeNull();
  });
}
