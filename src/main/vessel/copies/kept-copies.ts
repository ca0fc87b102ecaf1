import type { CopyKind } from '#shared/contract/copies.ts';

/** What is to be known of a copy to say whether it stays. */
export interface StandingCopy {
  name: string;
  kind: CopyKind;
  /** ms since 1970. */
  at: number;
  bytes: number;
  state: 'checked' | 'unchecked' | 'unfit';
}

export interface CopyBounds {
  /** Bytes of all copies together. */
  mostBytes: number;
}

/** So many days have a daily copy each, and so many weeks before them; updates and copies by hand are bounded as well. */
const keptDays = 7;
const keptWeeks = 4;
const keptUpdates = 3;
const keptByHand = 3;

const dayMs = 86_400_000;
/** 1970-01-05 was a Monday. */
const firstMondayMs = 4 * dayMs;

/**
 * Which copies go, now that there is a new one.
 *
 * - The newest checked copy never goes, nor `latest`, whatever the clock said when others were made.
 * - What was replaced by a restore never goes by itself: it may hold what is nowhere else.
 * - One that nobody has looked at stays until somebody has.
 * - One that is unfit goes as soon as there is a checked one.
 *
 * @param latest the copy that was just made; null for none
 * @returns names, the oldest first
 */
export function copiesToRemove(
  copies: readonly StandingCopy[],
  { mostBytes }: CopyBounds,
  latest: string | null,
): string[] {
  const newestFirst = [...copies].sort((one, other) => other.at - one.at || compare(other.name, one.name));
  const checked = newestFirst.filter(({ state }) => state === 'checked');
  const [newest] = checked;
  if (newest === undefined) return [];
  const safe = new Set([newest.name, latest]);
  const kept = new Set<string>();
  for (const { name, kind, state } of newestFirst)
    if (safe.has(name) || kind === 'replaced' || state === 'unchecked') kept.add(name);
  const daily = checked.filter(({ kind }) => kind === 'daily');
  const days = newestOfEach(daily, ({ at }) => Math.floor(at / dayMs)).slice(0, keptDays);
  const weeks = newestOfEach(daily, ({ at }) => Math.floor((at - firstMondayMs) / (7 * dayMs))).slice(
    0,
    keptWeeks,
  );
  const ofKind = (wanted: CopyKind, most: number): StandingCopy[] =>
    checked.filter(({ kind }) => kind === wanted).slice(0, most);
  for (const each of [...days, ...weeks, ...ofKind('update', keptUpdates), ...ofKind('hand', keptByHand)])
    kept.add(each.name);

  const oldestFirst = newestFirst.toReversed();
  let bytes = 0;
  for (const each of oldestFirst) if (kept.has(each.name)) bytes += each.bytes;
  for (const each of oldestFirst) {
    if (bytes <= mostBytes) break;
    const mayGo = kept.has(each.name) && !safe.has(each.name) && each.kind !== 'replaced';
    if (!mayGo || each.state === 'unchecked') continue;
    kept.delete(each.name);
    bytes -= each.bytes;
  }
  return oldestFirst.filter(({ name }) => !kept.has(name)).map(({ name }) => name);
}

/** Of copies with the newest first, the newest of each day, week or whatever `slot` says. */
function newestOfEach(copies: readonly StandingCopy[], slot: (copy: StandingCopy) => number): StandingCopy[] {
  const taken = new Set<number>();
  return copies.filter((copy) => {
    const its = slot(copy);
    if (taken.has(its)) return false;
    taken.add(its);
    return true;
  });
}

/** Whether a daily copy is due. A clock that was set back makes none of tomorrow count for today. */
export function isDailyDue(copies: readonly StandingCopy[], now: number): boolean {
  return !copies.some(
    ({ kind, state, at }) => kind === 'daily' && state === 'checked' && isWithinDay(at, now),
  );
}

const isWithinDay = (at: number, now: number): boolean => now - at >= 0 && now - at < dayMs;

/** When the next daily copy is due, ms since 1970. */
export function nextDailyAt(copies: readonly StandingCopy[], now: number): number {
  const made = copies
    .filter(({ kind, state, at }) => kind === 'daily' && state === 'checked' && isWithinDay(at, now))
    .map(({ at }) => at);
  return made.length === 0 ? now : Math.max(...made) + dayMs;
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
