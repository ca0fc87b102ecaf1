import type { z } from 'zod';
import { type StoreApi, createStore } from 'zustand/vanilla';
import type { OfficeOutput } from '#shared/office/endpoints.ts';
import { pageOf } from '#shared/office/page.ts';
import { type OfficeCrewMember, officeCrewMember } from '#shared/office/records.ts';
import { crewMemberSpec } from '#shared/records/crew-member.ts';
import type { VesselSummary } from '#shared/office/sync.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import { CallError } from '../../lib/transport/transport.ts';
import { endpointOf } from '../records/endpoint-of.ts';
import type { OfficeClient } from '../server/office-client.ts';

export interface FleetState {
  /** Null before the first answer. */
  vessels: readonly VesselSummary[] | null;
  error: Error | null;
  /** When they were last read, by this screen's clock, milliseconds since 1970; null before the first answer. */
  answeredAt: number | null;
  /** What to add to this screen's clock to get the gateway's, milliseconds. */
  clockOffsetMs: number;
  /** Whether the gateway has its broker, and since when. */
  broker: OfficeOutput<'vessels.list'>['broker'];
  /** Why the gateway's database does not do its work, and since when, by the gateway's clock; null where it is not known not to. */
  databaseTrouble: OfficeOutput<'vessels.list'>['databaseTrouble'];
  /** Crew by vessel, as far as somebody has asked for it. */
  crew: ReadonlyMap<string, readonly OfficeCrewMember[]>;
}

export interface Fleet {
  store: StoreApi<FleetState>;
  reload(): Promise<void>;
  /** Reads again soon. Calls close together become one. */
  refresh(): void;
  /** Sees to it that the vessel's crew is read. */
  needCrew(vesselId: string): void;
  /** Forgets the crew of a vessel, so that it is read again when it is needed. */
  crewChanged(vesselId: string): void;
  start(): void;
}

const crewPage = pageOf(officeCrewMember);
const gatherMs = 400;
/** Presence and last contact move without any record being changed. */
const againMs = 10_000;

/** What a gateway without its database says of that. */
function databaseTroubleIn(error: unknown): FleetState['databaseTrouble'] {
  const details = error instanceof CallError ? error.details : [];
  const { message, at } = details.find(({ path }) => path === 'database') ?? {};
  return message === undefined || at === undefined ? null : { since: at, words: message };
}

/** The vessels as the office sees them. */
export function createFleet(client: OfficeClient, clock: Clock): Fleet {
  const store = createStore<FleetState>(() => ({
    vessels: null,
    error: null,
    answeredAt: null,
    clockOffsetMs: 0,
    broker: { connected: true, since: null },
    databaseTrouble: null,
    crew: new Map(),
  }));
  const asked = new Set<string>();
  let cancelGather: Cancel | null = null;

  async function reload(): Promise<void> {
    cancelGather?.();
    cancelGather = null;
    try {
      const { items, now, broker, databaseTrouble } = await client.ask('vessels.list');
      const answeredAt = clock.now();
      const clockOffsetMs = Date.parse(now) - answeredAt;
      store.setState({ vessels: items, error: null, answeredAt, clockOffsetMs, broker, databaseTrouble });
    } catch (error) {
      store.setState({
        error: error instanceof Error ? error : new Error(String(error)),
        databaseTrouble: databaseTroubleIn(error),
      });
    }
  }

  async function readCrew(vesselId: string): Promise<void> {
    const members: OfficeCrewMember[] = [];
    let cursor: string | null = null;
    do {
      const query = { vessel: vesselId, limit: 500, ...(cursor === null ? {} : { cursor }) };
      const page: z.infer<typeof crewPage> = crewPage.parse(
        await client.askEndpoint(endpointOf(crewMemberSpec.entity, 'list'), { query }),
      );
      members.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    store.setState(({ crew }) => ({ crew: new Map([...crew, [vesselId, members]]) }));
  }

  const again = (): void => {
    clock.after(againMs, () => void reload().then(again));
  };
  return {
    store,
    reload,
    refresh() {
      cancelGather ??= clock.after(gatherMs, () => void reload());
    },
    needCrew(vesselId) {
      if (asked.has(vesselId)) return;
      asked.add(vesselId);
      // Names that cannot be read are asked for again by the next who needs them.
      readCrew(vesselId).catch(() => asked.delete(vesselId));
    },
    crewChanged: (vesselId) => void asked.delete(vesselId),
    start() {
      void reload();
      again();
    },
  };
}
