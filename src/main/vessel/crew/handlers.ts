import { asc, eq } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Handlers } from '../handlers.ts';
import type { RecordService } from '../records/record-service.ts';
import { crewMember } from '../store/schema.ts';

export function crewHandlers(
  service: RecordService,
  db: BetterSQLite3Database,
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
    'crew.create': (input, { actor }) => ({ id: service.create(input, actor), ...input }),
  };
}
