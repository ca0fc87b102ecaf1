import { lanes, type Lane } from '../records/record.ts';
import { budgetStates, isStopped, type BudgetState } from './budget.ts';
import type { Budgeted, LinkProfile } from './policy.ts';
import { monthAround } from './ship-clock.ts';
import type { Bytes } from './traffic.ts';
import { windowState } from './windows.ts';

/** What opened a link that its mode alone would keep closed. */
export interface OpenedFor {
  cause: 'asked' | 'urgent';
  /** How long it may still stand, milliseconds of a clock that nobody sets; null: until shore has what is urgent. */
  leftMs: number | null;
}

export interface Situation {
  /** Wall clock, milliseconds since 1970; may be wrong, and set either way. */
  now: number;
  /** Ship's time, an IANA name. */
  timeZone: string;
  profile: LinkProfile;
  warnAtPercent: number;
  /** Bytes of this month on this profile, both ways. */
  used: Bytes;
  /** Stops that the crew has lifted for this month. */
  lifted: ReadonlySet<Budgeted>;
  /** An urgent change waits for shore's word. */
  urgentWaits: boolean;
  openedFor: OpenedFor | null;
}

/** Why the link stands or does not. Instants in milliseconds since 1970. */
export type Why =
  | { kind: 'always' }
  | { kind: 'window'; until: number }
  | { kind: 'asked'; until: number }
  | { kind: 'urgent' }
  | { kind: 'waits_window'; at: number }
  | { kind: 'waits_demand' }
  /** It would stand always, but what a connection takes has used up its budget. */
  | { kind: 'waits_overhead'; budget: BudgetState; at: number };

/** Why a lane has to wait. */
export type Hold =
  | { lane: Lane; kind: 'window'; at: number }
  | { lane: Lane; kind: 'demand' }
  | { lane: Lane; kind: 'budget'; budget: BudgetState; at: number };

export interface Decision {
  connect: boolean;
  why: Why;
  /** Lanes that may be sent, and that shore may send, in the order in which they are served. */
  lanes: readonly Lane[];
  /** Why the other lanes wait. */
  holds: readonly Hold[];
  budgets: readonly BudgetState[];
  /** When the answer may be another by time alone, milliseconds since 1970; null for never. */
  until: number | null;
}

/** Whether the link may stand now, for which lanes, why, and until when. */
export function decide(situation: Situation): Decision {
  const { profile, used, warnAtPercent, lifted, now, timeZone } = situation;
  const budgets = budgetStates(profile, used, { warnAtPercent, lifted });
  const monthEnds = budgets.length === 0 ? Infinity : monthAround(now, timeZone).ends;
  const { why, connect, only } = whyOf(situation, budgets, monthEnds);
  const holds = lanes.flatMap((lane) => {
    const hold = holdOf(lane, { why, connect, only }, budgets, situation, monthEnds);
    return hold === null ? [] : [hold];
  });
  const held = new Set(holds.map(({ lane }) => lane));
  const turns = [monthEnds];
  if ('until' in why) turns.push(why.until);
  if ('at' in why) turns.push(why.at);
  for (const hold of holds) if ('at' in hold) turns.push(hold.at);
  const until = Math.min(...turns);
  return {
    connect,
    why,
    lanes: connect ? lanes.filter((lane) => !held.has(lane)) : [],
    holds,
    budgets,
    until: Number.isFinite(until) ? until : null,
  };
}

interface Opening {
  why: Why;
  connect: boolean;
  /** The lanes that the link stands for; null for all. */
  only: readonly Lane[] | null;
}

function whyOf(situation: Situation, budgets: readonly BudgetState[], monthEnds: number): Opening {
  const { profile, now, timeZone, openedFor, urgentWaits } = situation;
  const overhead = budgets.find((budget) => budget.of === 'overhead' && isStopped(budget));
  const open = (why: Why): Opening => ({ why, connect: true, only: null });
  if (profile.mode === 'always' && overhead === undefined) return open({ kind: 'always' });
  const windows = profile.mode === 'windows' ? windowState(profile.windows, now, timeZone) : null;
  if (windows?.open === true) return open({ kind: 'window', until: windows.until });
  if (openedFor?.cause === 'asked' && openedFor.leftMs !== null && openedFor.leftMs > 0)
    return open({ kind: 'asked', until: now + openedFor.leftMs });
  if (profile.urgentOpens && (urgentWaits || openedFor?.cause === 'urgent'))
    return { why: { kind: 'urgent' }, connect: true, only: windows === null ? null : ['urgent'] };
  const closed = (why: Why): Opening => ({ why, connect: false, only: null });
  if (windows !== null) return closed({ kind: 'waits_window', at: windows.next });
  if (profile.mode === 'always' && overhead !== undefined)
    return closed({ kind: 'waits_overhead', budget: overhead, at: monthEnds });
  return closed({ kind: 'waits_demand' });
}

function holdOf(
  lane: Lane,
  { why, connect, only }: Opening,
  budgets: readonly BudgetState[],
  { profile, now, timeZone }: Situation,
  monthEnds: number,
): Hold | null {
  const budget = budgets.find(({ of }) => of === lane);
  if (budget !== undefined && isStopped(budget)) return { lane, kind: 'budget', budget, at: monthEnds };
  if (connect && (only === null || only.includes(lane))) return null;
  // Were one to wait, the link would stand for it.
  if (lane === 'urgent' && profile.urgentOpens) return null;
  if (why.kind === 'waits_window') return { lane, kind: 'window', at: why.at };
  if (profile.mode !== 'windows') return { lane, kind: 'demand' };
  const state = windowState(profile.windows, now, timeZone);
  return { lane, kind: 'window', at: state.open ? now : state.next };
}
