import { z } from 'zod';
import { criticalities, equipmentFields } from '../records/equipment.ts';
import { read, write } from './method.ts';
import { expectedVersions, fieldVersion, recordId, syncState } from './record-state.ts';

export const equipment = z.object({
  id: recordId,
  ...equipmentFields.shape,
  /** What its meters have counted (`meters/running-hours.ts`); null where there is none. Readings are added to its meters. */
  runningHours: z.number().nullable(),
  outstandingOrders: z.number().int(),
  sync: syncState,
  versions: z.record(z.string(), fieldVersion),
});
export type Equipment = z.infer<typeof equipment>;

export const newEquipment = z.strictObject({
  code: equipmentFields.shape.code,
  name: equipmentFields.shape.name,
  location: equipmentFields.shape.location.default(''),
  maker: equipmentFields.shape.maker.default(''),
  model: equipmentFields.shape.model.default(''),
  serialNumber: equipmentFields.shape.serialNumber.default(''),
  criticality: z.enum(criticalities).default('B'),
});
export type NewEquipment = z.input<typeof newEquipment>;

export const equipmentChanges = equipmentFields.omit({ runningHours: true }).partial().strict();
export type EquipmentChanges = z.infer<typeof equipmentChanges>;

export const equipmentMethods = {
  'equipment.list': read(
    z.strictObject({
      search: z.string().max(200).optional(),
      limit: z.number().int().min(1).max(1_000).default(200),
      offset: z.number().int().min(0).default(0),
    }),
    z.object({ items: z.array(equipment), total: z.number().int() }),
  ),
  'equipment.get': read(z.strictObject({ id: recordId }), equipment),
  'equipment.create': write(newEquipment, equipment),
  'equipment.update': write(
    z.strictObject({ id: recordId, changes: equipmentChanges, basis: expectedVersions.optional() }),
    equipment,
  ),
};
