import type { OutboxEntry } from '#shared/contract/sync.ts';
import type { Lane } from '#shared/records/record.ts';
import { entityName, fieldName } from '../../records/words/field-labels.ts';

export const laneLabels: Readonly<Record<Lane, string>> = {
  urgent: 'Urgent',
  normal: 'Normal',
  bulk: 'Bulk',
};

/** What a change did, in words: `Changed status, due`. */
export function changeText({ operation, entity, fields }: OutboxEntry): string {
  const what = entityName(entity).toLowerCase();
  if (operation === 'create') return entity === 'work_order' ? 'Raised' : `New ${what}`;
  if (operation === 'delete') return 'Deleted';
  return `Changed ${fields.map((field) => fieldName({ entity, field }).toLowerCase()).join(', ')}`;
}
