import { z } from 'zod';
import type { RecordSpec } from './record.ts';

export const crewMemberFields = z.object({
  name: z.string().trim().min(1).max(120),
  /** As on the muster list: 'Chief engineer', 'Second engineer', 'Motorman' … */
  rank: z.string().trim().min(1).max(60),
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
  schema: crewMemberFields,
  urgentWhen: null,
} satisfies RecordSpec;
