import { z } from 'zod';
import { expectedVersions, fieldVersion, openConflict, recordId } from '../contract/record-state.ts';
import { newWorkOrder, workOrderChanges, workOrderFilter } from '../contract/work-orders.ts';
import { crewMemberFields } from '../records/crew-member.ts';
import { equipmentFields } from '../records/equipment.ts';
import { standingOrderFields } from '../records/work-order.ts';
import { vesselId } from '../sync/topics.ts';
import { pageQuery } from './page.ts';

/**
 * Where a record stands, seen from the office.
 * - `pending`: a change made ashore is still on its way to the ship
 * - `held`: ship and shore have all of each other's changes that shore knows of
 * - `conflict`: two people changed one field without seeing each other; both values are kept
 */
export const officeSyncState = z.enum(['pending', 'partly', 'held', 'conflict']);
export type OfficeSyncState = z.infer<typeof officeSyncState>;

export const recordState = {
  vesselId: z.string(),
  id: z.string(),
  updatedAt: z.string(),
  updatedBy: z.string(),
  sync: officeSyncState,
};
const recordDetail = {
  versions: z.record(z.string(), fieldVersion),
  conflicts: z.array(openConflict).readonly(),
};

/** A work order as a row of the office's list. */
export const officeWorkOrderRow = z.object({
  ...recordState,
  ...standingOrderFields.shape,
  equipmentCode: z.string().nullable(),
  equipmentName: z.string().nullable(),
  assigneeName: z.string().nullable(),
});
export type OfficeWorkOrderRow = z.infer<typeof officeWorkOrderRow>;

export const officeWorkOrder = z.object({ ...officeWorkOrderRow.shape, ...recordDetail });
export type OfficeWorkOrder = z.infer<typeof officeWorkOrder>;

export const officeSortKeys = ['dueDate', 'number', 'updatedAt'] as const;

export const officeWorkOrderQuery = z.strictObject({
  ...pageQuery.shape,
  ...workOrderFilter.shape,
  sort: z.enum(officeSortKeys).default('updatedAt'),
  /** Left out: newest first for `updatedAt`, ascending for the others. */
  direction: z.enum(['asc', 'desc']).optional(),
  /** `true` for what is outstanding and due before the day that it is on board of its ship. */
  overdue: z.enum(['true', 'false']).optional(),
});
export type OfficeWorkOrderQuery = z.input<typeof officeWorkOrderQuery>;

export const recordParams = z.strictObject({ id: recordId });

/** `vessel` may be left out while there is only one. */
export const officeNewWorkOrder = z.strictObject({ vessel: vesselId.optional(), ...newWorkOrder.shape });
export type OfficeNewWorkOrder = z.input<typeof officeNewWorkOrder>;

/**
 * The fields to change. `basis` names, by field, the versions that the writer saw; a changed field that has
 * another version by now is answered `stale`.
 */
export const officeWorkOrderChanges = z
  .strictObject({ ...workOrderChanges.shape, basis: expectedVersions.optional() })
  .refine(
    ({ basis: _, ...changes }) => Object.values(changes).some((value) => value !== undefined),
    'Name at least one field to change',
  );
export type OfficeWorkOrderChanges = z.input<typeof officeWorkOrderChanges>;

export const officeEquipment = z.object({
  ...recordState,
  ...equipmentFields.shape,
  /** What its meters have counted (`meters/running-hours.ts`); null where there is none. */
  runningHours: z.number().nullable(),
  ...recordDetail,
});
export type OfficeEquipment = z.infer<typeof officeEquipment>;

export const officeCrewMember = z.object({ ...recordState, ...crewMemberFields.shape });
export type OfficeCrewMember = z.infer<typeof officeCrewMember>;
