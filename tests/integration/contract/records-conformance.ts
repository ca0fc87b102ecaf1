import { expect } from 'vitest';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Scalar } from '#shared/json.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { searchedFields, shownFields } from '#shared/records/lists.ts';
import { isAddedOnly, may } from '#shared/records/may.ts';
import { titleOf } from '#shared/records/record.ts';
import { sampleValues } from '#support/sample-values.ts';
import type { Calls } from './calls.ts';

const declared: readonly RecordDeclaration[] = recordSpecs;
const writable = declared.filter(({ isSpecial }) => isSpecial !== true);
const changeable = writable.filter((spec) => may(spec, 'change', 'vessel') && may(spec, 'delete', 'vessel'));

/** What a kind wants of values beside one another, where its declaration judges them (`beside`). */
const fitting: Readonly<Record<string, Readonly<Record<string, Scalar>>>> = {
  meter_reading: { kind: 'replaced' },
};

/** What every carrier has to keep of every kind of record. */
export function recordsConformance({ method, done, failed }: Calls): void {
  const create = ({ entity }: RecordDeclaration, values: Record<string, unknown>) =>
    done('records.create', { entity, values, confirmed: true } as Parameters<
      typeof done<'records.create'>
    >[1]);
  /** Values with records to point to, where a field may not be empty. */
  const valuesOf = async (spec: RecordDeclaration, n: number): Promise<Record<string, Scalar>> => {
    const given: Record<string, Scalar> = {};
    for (const [name, { nullable, refersTo }] of Object.entries(spec.fields)) {
      const target = declared.find(({ entity }) => entity === refersTo);
      if (target !== undefined && !nullable)
        given[name] = (await create(target, await valuesOf(target, n))).id;
    }
    return { ...sampleValues(spec, n, given), ...fitting[spec.entity] };
  };

  method(
    'records.create',
    'makes a record of every kind, and refuses what its declaration does not allow',
    async () => {
      for (const spec of writable) {
        const values = await valuesOf(spec, 1);
        const made = await create(spec, values);
        expect(made).toMatchObject({ entity: spec.entity, values, sync: 'local', conflicts: [] });
        expect(made.title).toBe(titleOf(spec, made.values));
        expect(Object.keys(made.values).sort()).toEqual(Object.keys(spec.fields).sort());
        const noSuch = { entity: spec.entity, values: { ...values, noSuchField: 1 } };
        expect(await failed('records.create', noSuch)).toMatchObject({ code: 'invalid_input' });
        for (const [name, { given, retired }] of Object.entries(spec.fields))
          if ((given ?? retired) !== undefined)
            expect(
              await failed('records.create', { entity: spec.entity, values: { ...values, [name]: 'x' } }),
              name,
            ).toMatchObject({ code: 'invalid_input' });
      }
      expect(await failed('records.create', { entity: 'no_such_kind', values: {} })).toMatchObject({
        code: 'invalid_input',
        details: [{ path: 'entity' }],
      });
      expect(await failed('records.create', { entity: 'attachment', values: {} })).toMatchObject({
        code: 'not_allowed',
      });
    },
  );

  method('records.get', 'gives what was put in', async () => {
    for (const spec of writable) {
      const made = await create(spec, await valuesOf(spec, 2));
      expect(await done('records.get', { entity: spec.entity, id: made.id })).toEqual(made);
    }
  });

  method(
    'records.update',
    'changes what was given and nothing else, and tells whoever had not seen it',
    async () => {
      for (const spec of changeable) {
        const { entity } = spec;
        const { id, values, versions } = await create(spec, await valuesOf(spec, 3));
        const field = spec.title.find((name) => spec.fields[name]?.given === undefined) ?? '';
        const changes = { [field]: (await valuesOf(spec, 4))[field] ?? null };
        const after = await done('records.update', { entity, id, changes, basis: versions });
        expect(after.values).toEqual({ ...values, ...changes });
        const late = { entity, id, changes: { [field]: 'Late' }, basis: versions };
        expect(await failed('records.update', late)).toMatchObject({
          code: 'stale',
          details: [{ path: field, value: changes[field] }],
        });
      }
    },
  );

  method('records.list', 'filters, looks for words, sorts and pages', async () => {
    for (const spec of writable) {
      const { entity } = spec;
      // A text that a person may give, in which words are looked for.
      const field =
        searchedFields(spec).find(
          (name) => spec.fields[name]?.type === 'text' && spec.fields[name].given === undefined,
        ) ?? '';
      const word = `zq${entity}`.replaceAll('_', '');
      const made = [];
      for (const n of [5, 6, 7])
        made.push(await create(spec, { ...(await valuesOf(spec, n)), [field]: `${word} ${n}` }));
      const list = (more: object) => done('records.list', { entity, search: word, sort: field, ...more });
      const ids = (found: { items: readonly { id: string }[] }) => found.items.map(({ id }) => id);
      expect(ids(await list({}))).toEqual(made.map(({ id }) => id));
      expect(ids(await list({ direction: 'desc' }))).toEqual(made.map(({ id }) => id).reverse());
      const second = await list({ limit: 1, offset: 1 });
      expect([ids(second), second.total]).toEqual([[made[1]?.id], 3]);
      for (const [name, { type }] of shownFields(spec)) {
        const value = made[0]?.values[name] ?? null;
        const alike = made.filter((each) => each.values[name] === value).map(({ id }) => id);
        if (type !== 'instant' && type !== 'lines')
          expect(ids(await list({ filter: { [name]: [value] } })), name).toEqual(alike);
        // However it is sorted, all are there.
        expect(ids(await list({ sort: name })).sort(), name).toEqual(made.map(({ id }) => id).sort());
      }
      expect(ids(await list({ filter: { [field]: [] } }))).toEqual([]);
      expect(
        await failed('records.list', { entity, filter: { 'id; DROP TABLE work_order': ['x'] } }),
      ).toMatchObject({ code: 'invalid_input', details: [{ path: 'filter' }] });
      expect(await failed('records.list', { entity, sort: 'versions' })).toMatchObject({
        code: 'invalid_input',
        details: [{ path: 'sort' }],
      });
    }
  });

  method('records.update', 'leaves alone what is only added, and so does a delete', async () => {
    for (const spec of writable.filter(isAddedOnly)) {
      const { entity } = spec;
      const made = await create(spec, await valuesOf(spec, 9));
      const { id } = made;
      const field = spec.title[0];
      const change = { entity, id, changes: { [field]: made.values[field] } };
      expect(await failed('records.update', change)).toMatchObject({ code: 'not_allowed' });
      expect(await failed('records.delete', { entity, id })).toMatchObject({ code: 'not_allowed' });
      expect(await done('records.get', { entity, id })).toEqual(made);
    }
  });

  method('records.delete', 'takes it away for everybody', async () => {
    for (const spec of changeable) {
      const { entity } = spec;
      const { id } = await create(spec, await valuesOf(spec, 8));
      expect(await done('records.delete', { entity, id })).toEqual({ entity, id });
      expect(await failed('records.get', { entity, id })).toMatchObject({ code: 'not_found' });
      expect(await failed('records.delete', { entity, id })).toMatchObject({ code: 'not_found' });
    }
  });
}
