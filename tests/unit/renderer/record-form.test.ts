import { describe, expect, test } from 'vitest';
import { crewMemberSpec } from '#shared/records/crew-member.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import {
  broughtUpToDate,
  emptyEntries,
  entriesOf,
  fieldsOfChange,
  fieldsOfNew,
  readChanges,
  readNew,
  refusedByRule,
  wrongsIn,
} from '../../../src/renderer/records/form/form-fields.ts';
import { planColumns } from '../../../src/renderer/records/list/column-plan.ts';
import { CallError } from '../../../src/renderer/lib/transport/transport.ts';

const words = { instant: (iso: string) => iso, nameOf: (entity: string, id: string) => `${entity} ${id}` };
const place = { today: () => '2026-12-01', instantAt: (day: string, time: string) => `${day}T${time}` };
const values = {
  code: '601.01',
  name: 'Main engine',
  location: '',
  maker: 'MaK',
  model: '',
  serialNumber: '',
  criticality: 'Z',
  runningHours: 100,
};

describe('A form that is made from a declaration', () => {
  test('begins with what a new record begins with, and leaves out what may be left out', () => {
    const empty = emptyEntries(crewMemberSpec, words);
    expect(empty).toEqual({ name: '', rank: '', onBoard: 'true' });
    expect(readNew(crewMemberSpec, empty, place).wrong).toEqual({
      name: 'Name is needed',
      rank: 'Rank is needed',
    });
    expect(readNew(crewMemberSpec, { ...empty, name: ' Maria Sol ', rank: 'Bosun' }, place).values).toEqual({
      name: 'Maria Sol',
      rank: 'Bosun',
      onBoard: true,
    });
  });

  test('has no field that only the program writes', () => {
    const names = (fields: [string, unknown][]) => fields.map(([name]) => name);
    expect(names(fieldsOfNew(workOrderSpec))).not.toContain('actualHours');
    expect(names(fieldsOfChange(workOrderSpec))).toContain('actualHours');
    expect(names(fieldsOfChange(workOrderSpec))).not.toContain('number');
    expect(names(fieldsOfChange(workOrderSpec))).not.toContain('completedAt');
  });

  test('has no field whose place something else has taken', () => {
    const names = (fields: readonly [string, unknown][]) => fields.map(([name]) => name);
    expect(names(fieldsOfNew(equipmentSpec))).not.toContain('runningHours');
    expect(names(fieldsOfChange(equipmentSpec))).not.toContain('runningHours');
    expect(planColumns(equipmentSpec).map(({ field }) => field)).not.toContain('runningHours');
  });

  test('gives only what was touched, and looks at nothing else', () => {
    // A criticality that came with a newer program stands there, and is no matter of this change.
    const before = entriesOf(equipmentSpec, { values, referenced: {} }, words);
    expect(readChanges(equipmentSpec, before, before, place).values).toEqual({});
    expect(readChanges(equipmentSpec, before, { ...before, location: 'Engine room' }, place).values).toEqual({
      location: 'Engine room',
    });
  });

  test('takes over what others wrote in fields that the person did not touch', () => {
    const old = entriesOf(equipmentSpec, { values, referenced: {} }, words);
    const fresh = { ...old, maker: 'Wärtsilä', location: 'Aft' };
    expect(broughtUpToDate({ ...old, location: 'Fore' }, old, fresh)).toMatchObject({
      maker: 'Wärtsilä',
      location: 'Fore',
    });
  });

  test('puts a refusal beside the field that it is about', () => {
    const refused = (code: 'invalid_input' | 'stale', path: string) =>
      new CallError({ code, message: 'No', retryable: false, details: [{ path, message: 'Too long' }] });
    expect(wrongsIn(equipmentSpec, refused('invalid_input', 'values.code'))).toEqual({ code: 'Too long' });
    expect(wrongsIn(equipmentSpec, refused('invalid_input', 'body.code'))).toEqual({ code: 'Too long' });
    expect(wrongsIn(equipmentSpec, refused('invalid_input', 'values.toString'))).toEqual({});
    expect(wrongsIn(equipmentSpec, refused('stale', 'code'))).toEqual({});
    const changes = { name: 'Pump', location: 'Aft' };
    const writing = { at: '2026-12-01T00:00:00.000Z', by: 'Somebody' };
    const ruled: RecordDeclaration = {
      ...equipmentSpec,
      rule: (_, { name }) => (name === undefined ? { written: {} } : { refused: 'It is called so already' }),
    };
    expect(Object.keys(refusedByRule(ruled, values, { changes, writing }))).toEqual(['name']);
  });
});
