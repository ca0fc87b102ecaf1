import type { z } from 'zod';
import { storableText } from '../domain/storable-text.ts';
import { defineRecord, field } from './define-record.ts';

/** What it counts. */
const unit = field.choice('Counts', {
  hours: 'Hours',
  starts: 'Starts',
  cubic_metres: 'Cubic metres',
  kilowatt_hours: 'Kilowatt hours',
});

/** The name of a meter where nobody gives another. */
export const usualMeterName = 'Running hours';

/**
 * A meter on a piece of equipment. It is what is counted there, and not the instrument: one that is replaced is the same meter
 * still. What it shows and what it has counted in all says `meter-standing.ts`, of its readings.
 */
export const meterSpec = defineRecord({
  entity: 'meter',
  since: 3,
  names: { one: 'Meter', many: 'Meters' },
  title: ['name'],
  fields: {
    equipmentId: field.reference('Equipment', 'equipment'),
    name: { ...field.text('Name', storableText.trim().min(1).max(80)), begins: usualMeterName },
    unit: { ...unit, begins: 'hours' },
  },
  indexes: {
    // Deleted ones too: what had a meter once is not given another (`meters/take-over-hours.ts`).
    onBoard: [{ name: 'equipment', on: ['equipmentId'], among: 'all' }],
    ashore: [
      { name: 'equipment', on: ['vesselId', 'equipmentId'], among: 'all' },
      { name: 'name', on: ['name', 'id', 'vesselId'] },
    ],
  },
  urgentWhen: null,
  reachedFrom: 'equipmentId',
});

export type MeterFields = z.infer<typeof meterSpec.schema>;
export type MeterUnit = MeterFields['unit'];
