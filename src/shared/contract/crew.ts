import { z } from 'zod';
import { crewMemberFields, crewMemberSpec } from '../records/crew-member.ts';
import { read, write } from './method.ts';
import { recordId } from './record-state.ts';

/** The kind of record that people of the crew are. */
export const crewEntity = crewMemberSpec.entity;

export const crewMember = z.object({ id: recordId, ...crewMemberFields.shape });
export type CrewMember = z.infer<typeof crewMember>;

export const crewMethods = {
  'crew.list': read(z.strictObject({}), z.object({ items: z.array(crewMember) })),
  'crew.create': write(
    z.strictObject({
      name: crewMemberFields.shape.name,
      rank: crewMemberFields.shape.rank,
      onBoard: z.boolean().default(true),
    }),
    crewMember,
  ),
};
