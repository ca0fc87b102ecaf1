import type { z } from 'zod';
import { defineRecord, field } from './define-record.ts';
import { storableText } from '../domain/storable-text.ts';

export const crewMemberSpec = defineRecord({
  entity: 'crew_member',
  names: { one: 'Crew member', many: 'Crew' },
  title: ['name'],
  fields: {
    name: field.text('Name', storableText.trim().min(1).max(120)),
    /** As on the muster list: 'Chief engineer', 'Second engineer', 'Motorman' … */
    rank: field.text('Rank', storableText.trim().min(1).max(60)),
    onBoard: { ...field.flag('On board'), begins: true },
  },
  snapshot: [{ place: 1 }],
  indexes: { ashore: [{ name: 'name', on: ['name', 'id', 'vesselId'] }] },
  urgentWhen: null,
});

export const crewMemberFields = crewMemberSpec.schema;
export type CrewMemberFields = z.infer<typeof crewMemberFields>;
