import { shipsDay } from '#shared/domain/ships-day.ts';

/** Date and time as people on board read them. Everything here takes and returns plain values. */

const locale = 'en-GB';
const wholeNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const shortNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const calendarDay = new Intl.DateTimeFormat(locale, {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const utcInstant = instantFormat('UTC');

function instantFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

/** `1204` → `1,204`. */
export const formatCount = (count: number): string => wholeNumber.format(count);

const anyNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });

/** `61482.5` → `61,482.5`. */
export const formatNumber = (number: number): string => anyNumber.format(number);

/** Hours with their unit, `2.5` → `2.5 h`; a dash for null. */
export const formatHours = (hours: number | null): string =>
  hours === null ? '–' : `${shortNumber.format(hours)} h`;

/** `1 change`, `1,204 changes`. */
export function formatQuantity(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Bytes in decimal units: `812 B`, `41 kB`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${wholeNumber.format(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes < 10_000 ? shortNumber : wholeNumber).format(bytes / 1000)} kB`;
  if (bytes < 1_000_000_000) return `${shortNumber.format(bytes / 1_000_000)} MB`;
  return `${shortNumber.format(bytes / 1_000_000_000)} GB`;
}

/** A length of time in its two largest units: `3 d 4 h`, `2 h 5 min`, `12 min`, `45 s`. Takes milliseconds. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return two(days, 'd', hours % 24, 'h');
  if (hours > 0) return two(hours, 'h', minutes % 60, 'min');
  if (minutes > 0) return `${minutes} min`;
  return `${seconds} s`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `2026-03-14` → `14 Mar 2026`; a dash for null. */
export function formatDay(day: string | null): string {
  return day === null ? '–' : calendarDay.format(new Date(`${day}T00:00:00Z`));
}

/** Days from `from` to `to`, both `YYYY-MM-DD`; negative when `to` lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Ship's time: how instants read on this ship's clocks. */
export interface ShipTime {
  /** ISO 8601 instant → `14 Mar 2026, 14:02`. */
  instant(iso: string): string;
  /** ISO 8601 instant → `14:02` when it is on the day of `now` (milliseconds), else `14 Mar 2026, 14:02`. */
  brief(iso: string, now: number): string;
  /** ISO 8601 instant → `14 Mar 2026, 05:02 UTC`, for the words that appear on hover. */
  utc(iso: string): string;
  /** The day it is on board at `now` (milliseconds), `YYYY-MM-DD`. */
  day(now: number): string;
  /** A day `YYYY-MM-DD` and a time `14:02` of these clocks → ISO 8601 instant. */
  instantAt(day: string, time: string): string;
}

/** Takes an IANA time zone; one that this computer does not know is read as UTC. */
export function shipTime(timeZone: string): ShipTime {
  const zone = isKnownZone(timeZone) ? timeZone : 'UTC';
  const full = instantFormat(zone);
  const time = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const day = (now: number): string => shipsDay(now, zone);
  return {
    instant: (iso) => full.format(new Date(iso)),
    brief: (iso, now) => (day(Date.parse(iso)) === day(now) ? time : full).format(new Date(iso)),
    utc: (iso) => `${utcInstant.format(new Date(iso))} UTC`,
    day,
    instantAt(date, clock) {
      const wanted = Date.parse(`${date}T${clock}:00Z`);
      const shown = (at: number): number => Date.parse(`${day(at)}T${time.format(new Date(at))}:00Z`);
      // Twice: the first guess may lie on the other side of a change of the clocks.
      const first = wanted - (shown(wanted) - wanted);
      return new Date(first - (shown(first) - wanted)).toISOString();
    },
  };
}

function isKnownZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
