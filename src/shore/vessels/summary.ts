import type { VesselSummary, VesselSyncHealth } from '../service.ts';
import { countOf, lastKnownOf, missingOf, type VesselFacts } from './queries.ts';

const iso = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

export function summaryOf(vessel: VesselFacts): VesselSummary {
  return {
    vesselId: vessel.vessel_id,
    name: vessel.known_as ?? vessel.name ?? vessel.vessel_id,
    online: vessel.online ?? false,
    presenceSince: presenceSinceOf(vessel),
    version: vessel.program_version,
    timeZone: vessel.time_zone,
    lastContactAt: iso(vessel.last_contact_at),
    feed: vessel.feed,
    changesHeld: vessel.heads.reduce((sum, head) => sum + countOf(head.held), 0),
    changesWaitingOnBoard: waitingOnBoard(vessel),
    changesWaitingAshore: vessel.waiting,
    attachmentsLacking: vessel.attachments_lacking,
    conflicts: vessel.conflicts,
    problems: vessel.problems,
    workOrders: { outstanding: vessel.outstanding, overdue: vessel.overdue },
    agreement: consistencyOf(vessel),
    claims: (vessel.claims ?? []).map((claim) => ({
      origin: claim.origin,
      name: claim.name,
      state: claim.state,
      firstAt: new Date(claim.first_at).toISOString(),
      lastAt: new Date(claim.last_at).toISOString(),
      decidedBy: claim.decided_by,
    })),
  };
}

/**
 * What a broker says of a ship that is gone was written by the ship before it came: when it went, nobody ashore knows
 * better than by its last sign of life.
 */
function presenceSinceOf(vessel: VesselFacts): string | null {
  return vessel.online === true ? vessel.presence_since : iso(vessel.last_contact_at);
}

export function healthOf(vessel: VesselFacts, now: number): VesselSyncHealth {
  const oldestAgeMs = vessel.oldest_at === null ? null : Math.max(0, now - vessel.oldest_at);
  const origins = vessel.heads.map((head) => ({
    origin: head.origin,
    upTo: head.held.upTo,
    missing: missingOf(vessel, head),
    lastKnown: lastKnownOf(vessel, head.origin, head.held),
    hash: head.hash,
  }));
  const holes = vessel.heads.some(({ held }) => held.beyond.length > 0);
  return {
    vesselId: vessel.vessel_id,
    name: vessel.known_as ?? vessel.name ?? vessel.vessel_id,
    state: holes || vessel.recent_problems > 0 || vessel.agreement?.equal === false ? 'degraded' : 'ok',
    origins,
    shore: {
      origin: vessel.origin,
      last: vessel.last,
      acknowledged: vessel.acknowledged.upTo,
      waiting: vessel.waiting,
      oldestAgeMs,
    },
    lastContactAt: iso(vessel.last_contact_at),
    telemetry:
      vessel.telemetry === null
        ? null
        : {
            at: new Date(vessel.telemetry_at ?? vessel.telemetry.at).toISOString(),
            queueDepth: vessel.telemetry.queueDepth,
            oldestAgeMs: vessel.telemetry.oldestAgeMs,
          },
    attachmentsLacking: vessel.attachments_lacking,
    conflicts: vessel.conflicts,
    problems: vessel.problems,
    agreement: consistencyOf(vessel),
  };
}

function consistencyOf(vessel: VesselFacts): VesselSummary['agreement'] {
  const { agreement } = vessel;
  if (agreement === null) return { state: 'unknown', comparedAt: null, equalAt: null, differing: null };
  const isMoving =
    vessel.hello?.apart === true ||
    vessel.waiting > 0 ||
    vessel.attachments_lacking > 0 ||
    (waitingOnBoard(vessel) ?? 0) > 0;
  return {
    state: agreement.equal ? (isMoving ? 'moving' : 'equal') : 'differing',
    comparedAt: iso(agreement.at),
    equalAt: iso(agreement.equalAt),
    differing: agreement.differing,
  };
}

/** The later of what its hello and its telemetry say; null when it has said neither. */
export function waitingOnBoard(vessel: VesselFacts): number | null {
  const { hello, hello_at: helloAt, telemetry, telemetry_at: telemetryAt } = vessel;
  if (telemetry !== null && (telemetryAt ?? 0) > (helloAt ?? 0)) return telemetry.queueDepth;
  if (hello === null) return null;
  const head = vessel.heads.find(({ origin }) => origin === hello.origin);
  return head === undefined ? hello.last : missingOf(vessel, head);
}
