import { expect } from 'vitest';
import { draftTextLimit, mostDrafts } from '#shared/contract/drafts.ts';
import type { Calls } from './calls.ts';

/** What every carrier has to keep of what people typed and did not save yet. */
export function draftConformance({ method, done, failed }: Calls): void {
  const screen = 'bridge';
  const all = async (of = screen) => (await done('drafts.list', { screen: of })).items;

  method(
    'drafts.keep',
    'replaces what was kept of the same form, and leaves other screens alone',
    async () => {
      await done('drafts.keep', { screen, key: 'order/new', text: '{"values":1}' });
      await done('drafts.keep', { screen, key: 'order/new', text: '{"values":2}' });
      await done('drafts.keep', { screen: 'mess', key: 'order/new', text: '{"values":3}' });
      expect(await all()).toEqual([{ key: 'order/new', text: '{"values":2}' }]);
      expect(await all('mess')).toEqual([{ key: 'order/new', text: '{"values":3}' }]);
      const tooLong = { screen, key: 'order/new', text: 'x'.repeat(draftTextLimit + 1) };
      expect(await failed('drafts.keep', tooLong)).toMatchObject({ code: 'invalid_input' });
      expect(await all()).toEqual([{ key: 'order/new', text: '{"values":2}' }]);
    },
  );

  method('drafts.list', 'has no more of a screen than may be kept, and says so', async () => {
    const full = 'full';
    for (let n = 0; n < mostDrafts; n += 1)
      await done('drafts.keep', { screen: full, key: `order/${n}`, text: '' });
    expect(await failed('drafts.keep', { screen: full, key: 'order/more', text: '' })).toMatchObject({
      code: 'not_allowed',
    });
    // What is kept already is kept on.
    await done('drafts.keep', { screen: full, key: 'order/7', text: 'on' });
    expect(await all(full)).toHaveLength(mostDrafts);
    expect(await all(full)).toContainEqual({ key: 'order/7', text: 'on' });
  });

  method('drafts.discard', 'lets go of one, also of one that is not there', async () => {
    await done('drafts.keep', { screen, key: 'note/1', text: 'Leaks' });
    await done('drafts.discard', { screen, key: 'note/1' });
    await done('drafts.discard', { screen, key: 'note/1' });
    expect((await all()).map(({ key }) => key)).not.toContain('note/1');
  });
}
