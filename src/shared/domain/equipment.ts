import { z } from 'zod';
import type { RecordSpec } from './record.ts';
import { storableText } from './storable-text.ts';

/** How much the ship depends on it: A stops the ship or endangers people, B degrades, C is a convenience. */
export const criticalities = ['A', 'B', 'C'] as const;
export type Criticality = (typeof criticalities)[number];

export const equipmentFields = z.object({
  /** Code in the ship's own numbering (SFI group and running number, as in `651.01`). */
  code: storableText.trim().min(1).max(40),
  name: storableText.trim().min(1).max(160),
  location: storableText.max(120),
  maker: storableText.max(120),
  model: storableText.max(120),
  serialNumber: storableText.max(120),
  criticality: z.enum(criticalities),
  /** Hours on the meter; null where there is no meter. */
  runningHours: z.number().min(0).max(10_000_000).nullable(),
});
export type EquipmentFields = z.infer<typeof equipmentFields>;

const text = { kind: 'text', nullable: false, merge: 'clock' } as const;

export const equipmentSpec = {
  entity: 'equipment',
  fields: {
    code: text,
    name: text,
    location: text,
    maker: text,
    model: text,
    serialNumber: text,
    criticality: text,
    runningHours: { kind: 'real', nullable: true, merge: 'grows' },
  },
  title: ['code', 'name'],
  schema: equipmentFields,
  urgentWhen: null,
} satisfies RecordSpec;
