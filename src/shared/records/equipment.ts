import type { z } from 'zod';
import { defineRecord, field, orNothing } from './define-record.ts';
import { meterHours } from '../domain/hours.ts';
import { storableText } from '../domain/storable-text.ts';

const upTo120 = storableText.max(120);

/** How much the ship depends on it. */
const criticality = field.choice('Criticality', {
  A: 'A, stops the ship or endangers people',
  B: 'B, degrades the ship',
  C: 'C, a convenience',
});
export const criticalities = criticality.shape.options;

export const equipmentSpec = defineRecord({
  entity: 'equipment',
  names: { one: 'Equipment', many: 'Equipment' },
  title: ['code', 'name'],
  fields: {
    /** Code in the ship's own numbering (SFI group and running number, as in `651.01`). */
    code: field.text('Code', storableText.trim().min(1).max(40)),
    name: field.text('Name', storableText.trim().min(1).max(160)),
    location: { ...field.text('Location', upTo120), begins: '' },
    maker: { ...field.text('Maker', upTo120), begins: '' },
    model: { ...field.text('Model', upTo120), begins: '' },
    serialNumber: { ...field.text('Serial number', upTo120), begins: '' },
    criticality: { ...criticality, begins: 'B' },
    /** What the meter showed, before meters were records of their own (`meter.ts`); null where there was none. */
    runningHours: { ...orNothing(field.hours('Running hours', meterHours)), merge: 'grows', retired: 3 },
  },
  // What orders refer to comes before them.
  snapshot: [{ place: 0 }],
  urgentWhen: null,
  indexes: {
    onBoard: [{ name: 'code', on: ['code', 'id'] }],
    ashore: [{ name: 'code', on: ['code', 'id', 'vesselId'] }],
  },
  search: ['code', 'name', 'location', 'maker', 'model'],
  attachments: true,
});

export const equipmentFields = equipmentSpec.schema;
export type EquipmentFields = z.infer<typeof equipmentFields>;
export type Criticality = (typeof criticalities)[number];
