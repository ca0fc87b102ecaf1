import { describe, expect, test } from 'vitest';
import type { DraftKeeper } from '../../../src/renderer/lib/draft-keeper.ts';
import { type Drafts, createDrafts } from '../../../src/renderer/lib/drafts.ts';
import { type Texts, parseTexts } from '../../../src/renderer/lib/text-drafts.ts';

/** Time that passes when it is told to, and a disk that can be away. */
function place(onDisk = new Map<string, string>()) {
  const due: { at: number; action: () => void }[] = [];
  let now = 0;
  let isAway = false;
  let leave = (): void => {};
  const asked: string[] = [];
  const answer = <T>(what: string, value: () => T): Promise<T> => {
    asked.push(what);
    return isAway ? Promise.reject(new Error('The node does not answer.')) : Promise.resolve(value());
  };
  const keeper: DraftKeeper = {
    read: () => answer('read', () => new Map(onDisk)),
    keep: (key, text) => answer(`keep ${key}`, () => void onDisk.set(key, text)),
    discard: (key) => answer(`discard ${key}`, () => void onDisk.delete(key)),
    onLeaving: (listener) => void (leave = listener),
  };
  const clock = {
    now: () => now,
    after(milliseconds: number, action: () => void) {
      const each = { at: now + milliseconds, action };
      due.push(each);
      return () => void due.splice(due.indexOf(each), 1);
    },
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    onDisk,
    asked,
    settle,
    open: (): Drafts<Texts, null> => createDrafts({ keeper, clock, prefix: 'text/', parse: parseTexts }),
    leave: () => leave(),
    setAway: (away: boolean) => void (isAway = away),
    async pass(milliseconds: number): Promise<void> {
      now += milliseconds;
      for (const each of due.filter(({ at }) => at <= now)) {
        due.splice(due.indexOf(each), 1);
        each.action();
      }
      await settle();
    },
  };
}

const typed = (text: string) => ({ values: { text }, before: null });

describe('what somebody types', () => {
  test('is on disk within a second, written once for many keys, and is there for the next page', async () => {
    const at = place();
    const drafts = at.open();
    await at.settle();
    for (const text of ['L', 'Le', 'Leaks']) drafts.keep('note/1', typed(text));
    await at.pass(900);
    expect(at.asked).toEqual(['read', 'keep text/note/1']);
    const next = at.open();
    expect(next.store.getState().isRead).toBe(false);
    await at.settle();
    expect(next.store.getState()).toMatchObject({ isRead: true, trouble: null });
    expect(next.store.getState().drafts.get('note/1')).toEqual(typed('Leaks'));
  });

  test('is written as the page is left', async () => {
    const at = place();
    const drafts = at.open();
    drafts.keep('note/1', typed('Leaks'));
    at.leave();
    await at.settle();
    expect([...at.onDisk.keys()]).toEqual(['text/note/1']);
  });

  test('is said to be on this page alone while it cannot be written, and is written as soon as it can', async () => {
    const at = place();
    const drafts = at.open();
    await at.settle();
    at.setAway(true);
    drafts.keep('note/1', typed('Leaks'));
    await at.pass(900);
    expect(drafts.store.getState().trouble).toBe('The node does not answer.');
    drafts.keep('note/1', typed('Leaks badly'));
    at.setAway(false);
    await at.pass(3_000);
    expect(drafts.store.getState().trouble).toBeNull();
    expect(at.onDisk.get('text/note/1')).toContain('Leaks badly');
  });

  test('does not come back once it is discarded, whatever was under way', async () => {
    const at = place();
    const drafts = at.open();
    await at.settle();
    drafts.keep('note/1', typed('Leaks'));
    at.leave();
    drafts.discard('note/1');
    await at.pass(1_000);
    await at.pass(1_000);
    expect(at.onDisk.size).toBe(0);
    expect(drafts.store.getState().drafts.size).toBe(0);
  });

  test('counts, and not what is read later of an earlier page; what cannot be read stays on disk', async () => {
    const at = place(
      new Map([
        ['text/note/1', JSON.stringify(typed('Old'))],
        ['text/note/2', JSON.stringify(typed('Other'))],
        ['text/note/3', '{"values":{"text":{"of":"another program"}}}'],
        ['text/note/4', 'no JSON'],
        ['order/new', JSON.stringify(typed('Of another form'))],
      ]),
    );
    const drafts = at.open();
    drafts.keep('note/1', typed('New'));
    await at.settle();
    expect([...drafts.store.getState().drafts]).toEqual([
      ['note/2', typed('Other')],
      ['note/1', typed('New')],
    ]);
    await at.pass(1_000);
    expect(at.onDisk.size).toBe(5);
  });

  test('is read as soon as the disk answers', async () => {
    const at = place(new Map([['text/note/1', JSON.stringify(typed('Old'))]]));
    at.setAway(true);
    const drafts = at.open();
    await at.settle();
    expect(drafts.store.getState()).toMatchObject({ isRead: false, trouble: 'The node does not answer.' });
    at.setAway(false);
    await at.pass(2_000);
    expect(drafts.store.getState()).toMatchObject({ isRead: true, trouble: null });
    expect(drafts.store.getState().drafts.has('note/1')).toBe(true);
  });
});
