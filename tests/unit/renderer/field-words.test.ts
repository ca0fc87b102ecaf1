import { expect, test } from 'vitest';
import { fieldValueWords } from '../../../src/renderer/features/records/field-words.ts';

const words = {
  crewName: (id: string) => id,
  equipmentName: (id: string) => id,
  instant: (iso: string) => iso,
};

test.each(['status', 'priority', 'type'])(
  'a %s that this program has no words for is shown as it is stored',
  (field) => {
    expect(fieldValueWords(field, 'obsolete', words)).toBe('obsolete');
  },
);

test('a choice that it knows has its own words', () => {
  expect(fieldValueWords('status', 'in_progress', words)).toBe('In progress');
});
