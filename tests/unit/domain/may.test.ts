import { describe, expect, test } from 'vitest';
import { addedOnly, isAddedOnly, may, mayNotText } from '#shared/records/may.ts';

const names = { one: 'Certificate', many: 'Certificates' };

describe('who may do what with records of a kind', () => {
  test('both sides everything, where a kind says nothing', () => {
    for (const act of ['create', 'change', 'delete'] as const)
      for (const side of ['vessel', 'shore'] as const) expect(may({}, act, side)).toBe(true);
    expect(isAddedOnly({})).toBe(false);
  });

  test('the sides that are named, and no other', () => {
    const spec = { names, may: { create: ['shore'], delete: ['vessel'] } } as const;
    expect(may(spec, 'create', 'shore')).toBe(true);
    expect(may(spec, 'create', 'vessel')).toBe(false);
    expect(may(spec, 'change', 'vessel')).toBe(true);
    expect(may(spec, 'delete', 'shore')).toBe(false);
    expect(mayNotText(spec, 'create')).toBe(
      'Certificates are entered only by the office. Nothing was changed.',
    );
    expect(mayNotText(spec, 'delete')).toBe('Certificates are deleted only on board. Nothing was changed.');
  });

  test('of a kind that is only added, nobody changes one', () => {
    const spec = { names, may: addedOnly };
    expect(may(spec, 'create', 'vessel')).toBe(true);
    expect(may(spec, 'change', 'vessel')).toBe(false);
    expect(may(spec, 'delete', 'shore')).toBe(false);
    expect(isAddedOnly(spec)).toBe(true);
    expect(isAddedOnly({ may: { change: [], delete: ['shore'] } })).toBe(false);
    expect(mayNotText(spec, 'delete')).toContain('add one that sets it right');
    expect(mayNotText({ names, may: { change: [] } }, 'change')).toBe(
      'Certificates are changed by nobody. Nothing was changed.',
    );
  });
});
