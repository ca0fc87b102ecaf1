import { expect, test } from 'vitest';
import { attachmentSpec } from '#shared/records/attachment.ts';
import { referencesIn } from '#shared/records/references.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';

test('what values point to is found by the declaration, with what people call it', () => {
  expect(referencesIn(workOrderSpec, { equipmentId: 'a', assigneeId: 'b', title: 'c' })).toEqual([
    { path: 'equipmentId', entity: 'equipment', id: 'a', name: 'equipment' },
    { path: 'assigneeId', entity: 'crew_member', id: 'b', name: 'crew member' },
  ]);
  expect(referencesIn(workOrderSpec, { equipmentId: null, title: 'c' })).toEqual([]);
  expect(referencesIn(attachmentSpec, { workOrderId: 'a' })).toMatchObject([{ entity: 'work_order' }]);
  expect(referencesIn(attachmentSpec, { subjectKind: 'equipment', subjectId: 'b' })).toMatchObject([
    { path: 'subjectId', entity: 'equipment', id: 'b' },
  ]);
});
