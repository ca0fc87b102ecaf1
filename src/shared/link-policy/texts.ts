import type { BudgetState } from './budget.ts';
import type { Decision, Hold } from './decide.ts';
import { bytesPerMb, type Budgeted } from './policy.ts';
import { shipClock } from './ship-clock.ts';

/** What the crew reads of a decision. Times in ship's time, as the clocks on board show it. */
export interface Telling {
  timeZone: string;
}

const budgetNames: Readonly<Record<Budgeted, string>> = {
  urgent: 'urgent',
  normal: 'normal',
  bulk: 'bulk',
  overhead: 'the connection itself',
};

/** Why the link stands or does not, in one sentence without a full stop. */
export function whyText({ why }: Pick<Decision, 'why'>, telling: Telling): string {
  if (why.kind === 'always') return 'The link may be used at any time';
  if (why.kind === 'window') return `In the window until ${clockText(why.until, telling)}`;
  if (why.kind === 'urgent') return 'Opened for an urgent change';
  if (why.kind === 'waits_window') return `Waiting for the window at ${clockText(why.at, telling)}`;
  if (why.kind === 'waits_demand') return 'Closed until someone says Send now';
  if (why.kind === 'waits_overhead') return `${budgetText(why.budget)}; closed until someone says Send now`;
  return `Opened by hand, until everything is sent or ${clockText(why.until, telling)}`;
}

/** Why a lane waits: `Budget for normal reached: 41 of 40 MB this month`. */
export function holdText(hold: Hold, telling: Telling): string {
  if (hold.kind === 'budget') return budgetText(hold.budget);
  if (hold.kind === 'demand') return 'Waiting until someone says Send now';
  return `Waiting for the window at ${clockText(hold.at, telling)}`;
}

/** How a budget stands, for one that is near its end or reached. */
export function budgetText({ of, used, limit, isReached }: BudgetState): string {
  const much = `${megabytes(used, !isReached)} of ${megabytes(limit, false)} MB this month`;
  if (isReached) return `Budget for ${budgetNames[of]} reached: ${much}`;
  return `Budget for ${budgetNames[of]}: ${much}, ${Math.floor((used / limit) * 100)} %`;
}

/** Three figures, which what is not full never rounds up to what is. */
function megabytes(bytes: number, roundDown: boolean): string {
  const value = bytes / bytesPerMb;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  const scale = 10 ** digits;
  const rounded = (roundDown ? Math.floor(value * scale) : Math.round(value * scale)) / scale;
  return new Intl.NumberFormat('en-GB', { maximumFractionDigits: digits }).format(rounded);
}

/** What the clocks on board show then; a window or the end of a stay is never more than a day away. */
function clockText(instant: number, { timeZone }: Telling): string {
  return new Date(shipClock(instant, timeZone)).toISOString().slice(11, 16);
}
