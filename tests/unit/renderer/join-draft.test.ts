import { expect, test } from 'vitest';
import {
  type JoinDraft,
  keepJoinDraft,
  readJoinDraft,
} from '../../../src/renderer/office/joining/join-draft.ts';

/** A browser's storage that holds at most so many characters in all. */
function storageOf(most: number): Storage {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    removeItem: (name) => void items.delete(name),
    setItem(name, value) {
      if (value.length > most) throw new DOMException('full', 'QuotaExceededError');
      items.set(name, value);
    },
  };
}

const blank: JoinDraft = {
  office: null,
  broker: null,
  ca: null,
  of: null,
  name: '',
  vessel: '',
  user: '',
  isIdTyped: false,
};

test('what was typed for a new ship stays while another ship’s form is filled in', () => {
  const storage = storageOf(1e6);
  keepJoinDraft(storage, { ...blank, name: 'MV Borealis', vessel: 'borealis', office: 'Fleet office' });
  keepJoinDraft(storage, { ...blank, of: 'polaris', user: 'polaris-1', office: 'Fleet office' });
  expect(readJoinDraft(storage, null)).toMatchObject({ name: 'MV Borealis', office: 'Fleet office' });
  expect(readJoinDraft(storage, 'polaris')).toMatchObject({ name: '', user: 'polaris-1' });
  expect(readJoinDraft(storage, 'vega')).toEqual({ ...blank, of: 'vega', office: 'Fleet office' });
});

test('those typed last are kept, and what cannot be kept or read is no trouble', () => {
  const storage = storageOf(10_000);
  for (let ship = 0; ship < 40; ship += 1)
    keepJoinDraft(storage, { ...blank, of: `ship-${ship}`, user: `user-${ship}` });
  expect([10, 25, 39].map((ship) => readJoinDraft(storage, `ship-${ship}`).user)).toEqual([
    '',
    'user-25',
    'user-39',
  ]);
  keepJoinDraft(storage, { ...blank, name: 'x'.repeat(20_000) });
  expect(readJoinDraft(storage, 'ship-39').user).toBe('user-39');
  storage.setItem('arus.office-joining', '{"ships":3}');
  expect(readJoinDraft(storage, null)).toEqual(blank);
});
