import { z } from 'zod';
import type { AddedRecord, OtherRecord } from '#shared/records/beside.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { columnOf, type FieldValues, type Writing } from '#shared/records/record.ts';
import { referencesIn } from '#shared/records/references.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const ids = z.array(z.string());

/**
 * Looks at a new record beside those that are there, as its declaration says.
 * @throws ContractFailure `invalid_input` for what cannot be; `needs_confirmation` for what nobody has confirmed
 */
export function judgeBeside(
  store: VesselStore,
  { beside, ...spec }: RecordDeclaration,
  { id, values }: { id: string; values: FieldValues },
  { isConfirmed, ...writing }: Writing & { isConfirmed: boolean },
): void {
  if (beside === undefined) return;
  const added: AddedRecord = {
    id,
    values,
    others: othersLike(store, spec.entity, { field: beside.among, value: values[beside.among] ?? null }),
    referenced: Object.fromEntries(
      referencesIn(spec, values).map((each) => [
        each.path,
        store.table(each.entity).get(each.id)?.values ?? {},
      ]),
    ),
  };
  const objection = beside.judge(added, writing);
  if (objection === null) return;
  if ('wrong' in objection)
    throw new ContractFailure('invalid_input', 'Something in this is not right. Nothing was saved.', {
      details: objection.wrong.map(({ path, message }) => ({ path: `values.${path}`, message })),
    });
  if (!isConfirmed) throw new ContractFailure('needs_confirmation', objection.question);
}

function othersLike(
  store: VesselStore,
  entity: string,
  { field, value }: { field: string; value: FieldValues[string] },
): OtherRecord[] {
  const found = store.connection
    .prepare(`SELECT id FROM ${entity} WHERE ${columnOf(field)} IS ? AND deleted = 0`)
    .pluck()
    .all(value);
  const table = store.table(entity);
  return ids.parse(found).flatMap((id) => {
    const record = table.get(id);
    return record === null ? [] : [{ id, values: record.values }];
  });
}
