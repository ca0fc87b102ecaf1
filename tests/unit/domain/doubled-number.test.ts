import { describe, expect, test } from 'vitest';
import { doubledNumberText, withNewNumber } from '#shared/records/doubled-number.ts';
import { storedNotesLimit, workOrderSpec } from '#shared/records/work-order.ts';
import { sparePart } from '../../integration/records/support/spare-part.ts';

const [from, to] = ['WO-2026-000012', 'WO-2026-500001'];
const former = `Raised as ${from}, a number that another work order bears.`;
const order = { number: from, title: 'Renew gasket', notes: '' };

describe('a record whose number another one bears', () => {
  test('has its former number in its notes, which keep what people wrote', () => {
    expect(withNewNumber(workOrderSpec, order, to)).toEqual({ number: to, notes: former });
    expect(withNewNumber(workOrderSpec, { ...order, notes: 'Parts ordered\n' }, to)).toEqual({
      number: to,
      notes: `Parts ordered\n${former}`,
    });
  });

  test('keeps its notes as they are where no line has room', () => {
    const full = { ...order, notes: 'x'.repeat(storedNotesLimit - former.length) };
    expect(withNewNumber(workOrderSpec, full, to)).toEqual({ number: to });
    const room = { ...order, notes: full.notes.slice(1) };
    expect(Object.keys(withNewNumber(workOrderSpec, room, to))).toEqual(['number', 'notes']);
  });

  test('gets the number alone where its kind has no notes', () => {
    expect(withNewNumber(sparePart, { number: 'SP-2026-000001' }, 'SP-2026-500001')).toEqual({
      number: 'SP-2026-500001',
    });
  });

  test('is told of by what people call it', () => {
    expect(doubledNumberText(workOrderSpec, order, { from, to, ship: 'aurora' })).toBe(
      `Two work orders of aurora were raised as ${from}, on computers that had not heard of each other. 'Renew gasket' is ` +
        `${to} now; the other keeps its number. Put the new number where the old one was written down.`,
    );
    expect(doubledNumberText(workOrderSpec, order, { from, to })).toMatch(
      /^Two work orders were raised as WO-/,
    );
  });
});
