import { type StoreApi, createStore } from 'zustand/vanilla';
import type { CrewMember } from '#shared/contract/crew.ts';
import type { VesselInfo } from '#shared/contract/vessel.ts';
import type { Clock } from '../clock.ts';
import { type ShipTime, shipTime } from '../format.ts';
import type { PreferenceStore } from './preferences.ts';
import { type Connection, type Transport, messageOf } from '../transport/transport.ts';

/** Which ship this is, who is on board, and whether the vessel node answers. */
export interface Session {
  /** Null until the node has told it. */
  vessel: VesselInfo | null;
  crew: readonly CrewMember[];
  time: ShipTime;
  /** What to add to this screen's clock to get the node's, milliseconds. */
  clockOffsetMs: number;
  connection: Connection;
  /** Why ship and crew could not be read; null when they were. */
  error: string | null;
}

export interface SessionStore {
  store: StoreApi<Session>;
  load(): Promise<void>;
  /** The node's wall clock, milliseconds since 1970. */
  now(): number;
  /** What the node's wall clock said at a time of this screen's clock; both milliseconds since 1970. */
  nodeTime(at: number): number;
}

export function createSession(
  transport: Transport,
  clock: Clock,
  preferences: PreferenceStore,
): SessionStore {
  const store = createStore<Session>(() => ({
    vessel: null,
    crew: [],
    time: shipTime('UTC'),
    clockOffsetMs: 0,
    connection: transport.connection(),
    error: null,
  }));

  async function loadCrew(): Promise<void> {
    const { items } = await transport.call('crew.list', {});
    store.setState({ crew: items });
    // This browser may have shown another ship before, or the person was taken off the list.
    const { actorId } = preferences.store.getState();
    if (actorId !== null && !items.some(({ id }) => id === actorId)) preferences.setActor(null);
  }

  async function load(): Promise<void> {
    try {
      const vessel = await transport.call('vessel.info', {});
      const clockOffsetMs = Date.parse(vessel.now) - clock.now();
      store.setState({ vessel, time: shipTime(vessel.timeZone), clockOffsetMs, error: null });
      await loadCrew();
    } catch (error) {
      store.setState({ error: messageOf(error) });
    }
  }

  transport.onConnection((connection) => {
    const was = store.getState().connection.phase;
    store.setState({ connection });
    if (connection.phase === 'open' && was !== 'open' && was !== 'connecting') void load();
  });
  transport.on('records.changed', ({ entity }) => {
    // A crew list that could not be read again is no worse than the one on screen.
    if (entity === 'crew_member') loadCrew().catch(() => {});
  });

  const nodeTime = (at: number): number => at + store.getState().clockOffsetMs;
  return { store, load, now: () => nodeTime(clock.now()), nodeTime };
}
