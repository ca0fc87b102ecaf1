/** Ship's time as numbers: which minute of which day it is at an instant, and when a minute of a day comes. */

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Making one takes longer than reading the clock by it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
  } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // As `shipsDay` reads a zone that this computer does not know.
    format = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: 'UTC' });
  }
  formats.set(timeZone, format);
  return format;
}

/** What the ship's clock shows at `now`, as if it were UTC: milliseconds since 1970, whole seconds. */
export function shipClock(now: number, timeZone: string): number {
  const fields: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(now)) fields[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * When the ship's clock shows `shown` (as `shipClock` gives it). Of two such instants, where clocks are put back, the
 * first; where clocks are put forward over it, as much later as they are put forward.
 */
export function whenShown(shown: number, timeZone: string): number {
  const offsetAt = (instant: number): number => shipClock(instant, timeZone) - instant;
  const [before, after] = [offsetAt(shown - dayMs), offsetAt(shown + dayMs)];
  const candidates = [shown - before, shown - after].toSorted((a, b) => a - b);
  return candidates.find((instant) => shipClock(instant, timeZone) === shown) ?? shown - before;
}

/** The day on board as `shipClock` shows it, at 00:00. */
export function startOfDay(shown: number): number {
  return Math.floor(shown / dayMs) * dayMs;
}

/** `02:00` as minutes after midnight. */
export function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

export const daysLater = (shown: number, days: number): number => shown + days * dayMs;
export const minutesLater = (time: number, minutes: number): number => time + minutes * minuteMs;

/** The month on board, `YYYY-MM`. */
export function shipsMonth(now: number, timeZone: string): string {
  return new Date(shipClock(now, timeZone)).toISOString().slice(0, 7);
}

/** When the month that it is on board begins and ends, milliseconds since 1970. */
export function monthAround(now: number, timeZone: string): { begins: number; ends: number } {
  const shown = new Date(shipClock(now, timeZone));
  const first = (months: number): number =>
    whenShown(Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth() + months, 1), timeZone);
  return { begins: first(0), ends: first(1) };
}
