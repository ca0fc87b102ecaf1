import { z } from 'zod';
import type { RecordSpec } from './record.ts';
import { storableText } from './storable-text.ts';

/** Characters in 'name, rank', as a person signs: each at its longest. */
export const personLimit = 200;

export const crewMemberFields = z.object({
  name: storableText.trim().min(1).max(120),
  /** As on the muster list: 'Chief engineer', 'Second engineer', 'Motorman' … */
  rank: storableText.trim().min(1).max(60),
  onBoard: z.boolean(),
});
export type CrewMemberFields = z.infer<typeof crewMemberFields>;

export const crewMemberSpec = {
  entity: 'crew_member',
  fields: {
    name: { kind: 'text', nullable: false, merge: 'clock' },
    rank: { kind: 'text', nullable: false, merge: 'clock' },
    onBoard: { kind: 'boolean', nullable: false, merge: 'clock' },
  },
  title: ['name'],
  schema: crewMemberFields,
  urgentWhen: null,
} satisfies RecordSpec;
