import { z } from 'zod';
import { personLimit } from '../domain/names.ts';
import { storableText } from '../domain/storable-text.ts';
import { defineRecord, field, orNothing } from './define-record.ts';
import { judgeReading } from './judge-reading.ts';
import { addedOnly } from './may.ts';

const kind = field.choice('Kind', {
  reading: 'Reading',
  correction: 'Correction',
  replaced: 'Meter replaced',
});

const special = { field: 'kind', values: ['correction', 'replaced'] } as const;

const meterValue = z.number('A number').min(0, 'At least 0').max(1_000_000_000, 'At most 1,000,000,000');

/** To the millisecond, so that the order of texts is that of moments. */
const moment = z.iso.datetime({ precision: 3, error: 'A moment such as 2026-03-01T14:02:11.000Z' });

/**
 * What somebody read off a meter. Readings are only added: a wrong one is set right by a correction, which stands in its place,
 * value and moment (`meter-standing.ts`).
 */
export const meterReadingSpec = defineRecord({
  entity: 'meter_reading',
  since: 3,
  names: { one: 'Meter reading', many: 'Meter readings' },
  title: ['readAt', 'readBy'],
  fields: {
    meterId: field.reference('Meter', 'meter'),
    kind: { ...kind, begins: 'reading' },
    /** What the meter showed; where it was replaced, what the new one showed when it was fitted. */
    value: field.number('Value', meterValue),
    readAt: { ...field.instant('Read', moment), begins: ({ at }) => at },
    readBy: { ...field.text('Read by', storableText.max(personLimit)), begins: ({ by }) => by },
    /** Asked for with a correction and a replacement. */
    reason: { ...field.text('Reason', storableText.max(500)), begins: '' },
    /** Of a correction: the reading that it sets right, or the correction that it sets right again. */
    corrects: orNothing(field.reference('Sets right', 'meter_reading')),
    /** Of a replacement: what the old one showed last. */
    lastValue: orNothing(field.number('Old meter showed', meterValue)),
  },
  indexes: {
    onBoard: [
      { name: 'meter', on: ['meterId', 'readAt', 'id'] },
      // Few are anything but plain, and where the meter stands hangs on each of them (`meter-standing.ts`).
      { name: 'special', on: ['meterId'], among: special },
    ],
    ashore: [
      { name: 'meter', on: ['vesselId', 'meterId', 'readAt', 'id'] },
      { name: 'special', on: ['vesselId', 'meterId'], among: special },
      { name: 'read', on: ['readAt', 'id', 'vesselId'] },
    ],
  },
  urgentWhen: null,
  sort: 'readAt',
  search: ['readBy', 'reason'],
  may: addedOnly,
  reachedFrom: 'meterId',
  beside: { among: 'meterId', judge: judgeReading },
});

export type MeterReadingFields = z.infer<typeof meterReadingSpec.schema>;
