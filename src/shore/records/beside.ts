import type { RecordDeclaration } from '#shared/records/define-record.ts';
import type { FieldValues, Writing } from '#shared/records/record.ts';
import { referencesIn } from '#shared/records/references.ts';
import { ShoreFailure } from '../failure.ts';
import type { RecordUnit } from '../record-and-publish.ts';

/**
 * Looks at a new record beside those that are there, as its declaration says.
 * @throws {ShoreFailure} `invalid_input` for what cannot be; `needs_confirmation` for what nobody has confirmed
 */
export async function judgeBeside(
  unit: RecordUnit,
  { beside, ...spec }: RecordDeclaration,
  { id, values }: { id: string; values: FieldValues },
  { isConfirmed, ...writing }: Writing & { isConfirmed: boolean },
): Promise<void> {
  if (beside === undefined) return;
  const { among } = beside;
  const others = await unit.having(spec.entity, among, values[among] ?? null);
  const referenced: Record<string, FieldValues> = {};
  for (const each of referencesIn(spec, values))
    referenced[each.path] = (await unit.get(each.entity, each.id))?.values ?? {};
  const objection = beside.judge({ id, values, others, referenced }, writing);
  if (objection === null) return;
  if ('wrong' in objection)
    throw new ShoreFailure('invalid_input', 'Something in this is not right. Nothing was saved.', {
      details: objection.wrong,
    });
  if (!isConfirmed) throw new ShoreFailure('needs_confirmation', objection.question);
}
