import { useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useOffice } from '../office.ts';

/** So long after its last answer nobody can say that what is on the page is as it is now. Ships are read every ten seconds. */
const oldAfterMs = 30_000;

/** How current the page is. Times are by the gateway's clock, milliseconds since 1970. */
export interface GatewayStanding {
  now: number;
  /** Why what is on the page may not be so any more; null while it is current. */
  old: 'gateway' | 'database' | 'broker' | null;
  /** As of when the page is. */
  asOf: number;
  /** When the gateway last answered. */
  answeredAt: number;
}

/** The gateway's clock, milliseconds since 1970; one reading for the whole page, renewed each second. */
export function useGatewayNow(): number {
  const { ticks } = useOffice();
  return useSyncExternalStore(ticks.subscribe, ticks.now);
}

export function useGatewayStanding(): GatewayStanding {
  const { fleet } = useOffice();
  const { answeredAt, error, clockOffsetMs, broker, databaseTrouble } = useStore(fleet.store);
  const now = useGatewayNow();
  if (answeredAt === null) return { now, old: null, asOf: now, answeredAt: now };
  const answered = answeredAt + clockOffsetMs;
  if (databaseTrouble !== null && (error !== null || now - answered <= oldAfterMs)) {
    const since = Date.parse(databaseTrouble.since);
    // As long as it answers what is asked, the page is as of when it took the last write.
    return { now, old: 'database', asOf: Math.min(since, answered), answeredAt: answered };
  }
  if (error !== null || now - answered > oldAfterMs)
    return { now, old: 'gateway', asOf: answered, answeredAt: answered };
  if (!broker.connected && broker.since !== null)
    return { now, old: 'broker', asOf: Date.parse(broker.since), answeredAt: answered };
  return { now, old: null, asOf: now, answeredAt: answered };
}
