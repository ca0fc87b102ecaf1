import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { receivedFromJson, receivedRangesJson, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { concludedCodes } from '../journal/problem-texts.ts';
import { anyOf } from '../store/bulk.ts';
import { rowsOf, wholeNumber, type Executor } from '../store/database.ts';
import { kindsWithAttachments } from '#shared/records/attached.ts';
import { isAttachedTo, lacksContent } from '../records/record-standing.ts';
import { dayOf, type ShipsDays } from './ships-days.ts';

const origin = z.object({ origin: z.string(), held: receivedRangesJson, hash: z.string() });
const facts = z.object({
  vessel_id: z.string(),
  origin: z.string(),
  last: wholeNumber,
  feed: wholeNumber,
  acknowledged: receivedRangesJson,
  name: z.string().nullable(),
  known_as: z.string().nullable(),
  online: z.boolean().nullable(),
  presence_since: z.string().nullable(),
  program_version: z.string().nullable(),
  time_zone: z.string().nullable(),
  last_contact_at: wholeNumber.nullable(),
  hello: z
    .object({ origin: z.string(), last: z.number(), at: z.number(), apart: z.literal(true).optional() })
    .nullable(),
  hello_at: wholeNumber.nullable(),
  telemetry: z
    .object({ at: z.number(), queueDepth: z.number(), oldestAgeMs: z.number().nullable() })
    .nullable(),
  telemetry_at: wholeNumber.nullable(),
  agreement: z
    .object({
      equal: z.boolean(),
      at: z.number(),
      equalAt: z.number().nullable(),
      differing: z.number().nullable(),
    })
    .nullable(),
  heads: z.array(origin).nullable(),
  claims: z
    .array(
      z.object({
        origin: z.string(),
        name: z.string(),
        state: z.enum(['waiting', 'refused']),
        first_at: z.number(),
        last_at: z.number(),
        decided_by: z.string().nullable(),
      }),
    )
    .nullable(),
  waiting: wholeNumber,
  oldest_at: wholeNumber.nullable(),
  conflicts: wholeNumber,
  problems: wholeNumber,
  recent_problems: wholeNumber,
  attachments_lacking: wholeNumber,
  outstanding: wholeNumber,
  overdue: wholeNumber,
});

export interface VesselFacts extends Omit<z.output<typeof facts>, 'heads' | 'acknowledged'> {
  acknowledged: ReceivedRanges;
  heads: { origin: string; held: ReceivedRanges; hash: string }[];
}

/**
 * Everything that is known of every vessel, in one statement, by name.
 * @param days by which orders are overdue
 * @param recentSince ms since 1970: problems told since then are recent
 */
export async function readVessels(
  executor: Executor,
  { days, recentSince }: { days: ShipsDays; recentSince: number },
): Promise<VesselFacts[]> {
  const rows = await rowsOf(
    executor,
    sql`select v.vessel_id, v.origin, v.last, v.feed, v.acknowledged,
          c.name, c.known_as, c.online, c.presence_since, c.program_version, c.time_zone, c.last_contact_at,
          c.hello, c.hello_at, c.agreement, c.telemetry, c.telemetry_at,
          (select json_agg(json_build_object('origin', h.origin, 'held', h.held, 'hash', h.hash) order by h.origin)
             from sync_head as h where h.vessel_id = v.vessel_id) as heads,
          (select json_agg(json_build_object('origin', m.origin, 'name', m.name, 'state', m.state,
                'first_at', m.first_at, 'last_at', m.last_at, 'decided_by', m.decided_by)
                order by m.first_at desc, m.origin)
             from vessel_claim as m where m.vessel_id = v.vessel_id and m.state <> 'accepted') as claims,
          (select count(*) from sync_outbox as o where o.vessel_id = v.vessel_id) as waiting,
          (select o.at from sync_outbox as o where o.vessel_id = v.vessel_id order by o.number limit 1) as oldest_at,
          (select count(*) from sync_conflicts as f
             where f.vessel_id = v.vessel_id and f.settled_at is null) as conflicts,
          (select count(*) from sync_problems as p where p.vessel_id = v.vessel_id) as problems,
          (select count(*) from sync_problems as p
             where p.vessel_id = v.vessel_id and p.last_at >= ${recentSince}
               and not p.code = ${anyOf(concludedCodes)}) as recent_problems,
          (select count(*) from attachment as a
             where a.vessel_id = v.vessel_id and not a.deleted and (${hangsOnRecord}) and ${lacksContent}) as attachments_lacking,
          (select count(*) from work_order as w where w.vessel_id = v.vessel_id
             and not w.deleted and w.status in ('open', 'in_progress', 'on_hold')) as outstanding,
          (select count(*) from work_order as w where w.vessel_id = v.vessel_id
             and not w.deleted and w.status in ('open', 'in_progress', 'on_hold') and w.due_date < ${dayOf(sql.raw('v.vessel_id'), days)}) as overdue
        from vessel as v left join vessel_contact as c on c.vessel_id = v.vessel_id
        order by coalesce(c.known_as, c.name, v.vessel_id), v.vessel_id`,
    facts,
  );
  return rows.map(({ heads, acknowledged, ...row }) => ({
    ...row,
    acknowledged: receivedFromJson(acknowledged),
    heads: (heads ?? []).map((head) => ({ ...head, held: receivedFromJson(head.held) })),
  }));
}

/** The record that the attachment `a` hangs on is there. */
const hangsOnRecord = sql.join(
  kindsWithAttachments().map(
    (entity) =>
      sql`exists (select 1 from ${sql.identifier(entity)} as r
            where not r.deleted and ${isAttachedTo(entity, sql`r.vessel_id`, sql`r.id`)})`,
  ),
  sql` or `,
);

/** How many numbers are held. */
export function countOf({ upTo, beyond }: ReceivedRanges): number {
  return beyond.reduce((sum, [first, last]) => sum + last - first + 1, upTo);
}

/** Numbers that the vessel is known to have written under `origin` and that shore does not hold. */
export function missingOf(vessel: VesselFacts, { origin: name, held }: VesselFacts['heads'][number]): number {
  return lastKnownOf(vessel, name, held) - countOf(held);
}

/** The highest number known to exist under an origin. */
export function lastKnownOf({ hello }: VesselFacts, name: string, received: ReceivedRanges): number {
  const last = hello?.origin === name ? hello.last : 0;
  return Math.max(last, received.upTo, ...received.beyond.map(([, last]) => last));
}
