import { asc, eq } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { crewMemberSpec } from '#shared/records/crew-member.ts';
import type { Handlers } from '../handlers.ts';
import { createAndPublish } from '../store/record-and-publish.ts';
import { crewMember } from '../store/schema.ts';
import type { VesselStore } from '../store/vessel-store.ts';

export function crewHandlers(
  store: VesselStore,
  { db, device }: { db: BetterSQLite3Database; device: string },
): Pick<Handlers, 'crew.list' | 'crew.create'> {
  return {
    'crew.list': () => ({
      items: db
        .select({
          id: crewMember.id,
          name: crewMember.name,
          rank: crewMember.rank,
          onBoard: crewMember.onBoard,
        })
        .from(crewMember)
        .where(eq(crewMember.deleted, false))
        .orderBy(asc(crewMember.name), asc(crewMember.id))
        .all(),
    }),
    'crew.create': (input, { actor }) => {
      const id = store.recordIds.next();
      createAndPublish(
        store,
        { actor, device },
        { entity: crewMemberSpec.entity, id, valuesAt: () => input },
      );
      return { id, ...input };
    },
  };
}
