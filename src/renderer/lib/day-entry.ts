/** Days as `YYYY-MM-DD`, and what people type for them. Pure: today is handed in. */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The day `days` after `day`. */
export function addDays(day: string, days: number): string {
  return isoDay(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000);
}

/** The same day of the month `count` months later, or the last day of that month where it has fewer. */
export function addMonths(day: string, count: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + count, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return isoDay(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(date, last)));
}

/** Six weeks of days that show the month of `day`, Monday first. */
export function monthGrid(day: string): readonly string[] {
  const first = `${day.slice(0, 7)}-01`;
  const weekday = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
  return Array.from({ length: 42 }, (_, index) => addDays(first, index - weekday));
}

/**
 * Reads `2026-03-14`, `14 Mar`, `14 March 2026`, `14.3.2026`, `14/3`, `today`, `tomorrow` and `+7` (days from
 * today). A day without a year is the next one to come. Null when it is not a day.
 */
export function parseDay(text: string, today: string): string | null {
  const words = text.trim().toLowerCase();
  if (words === 'today') return today;
  if (words === 'tomorrow') return addDays(today, 1);
  const ahead = /^\+\s*(\d{1,4})(?:\s*d(?:ays?)?)?$/.exec(words);
  if (ahead?.[1] !== undefined) return addDays(today, Number(ahead[1]));
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words);
  if (iso !== null) return existing(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const named = /^(\d{1,2})(?:\.|\s)*([a-z]{3})[a-z]*\.?,?\s*(\d{4})?$/.exec(words);
  if (named !== null) return withYear(months.indexOf(named[2] ?? '') + 1, named[1], named[3], today);
  const numeric = /^(\d{1,2})[./](\d{1,2})[./]?(\d{4})?$/.exec(words);
  if (numeric !== null) return withYear(Number(numeric[2]), numeric[1], numeric[3], today);
  return null;
}

function withYear(
  month: number,
  date: string | undefined,
  year: string | undefined,
  today: string,
): string | null {
  if (month === 0) return null;
  if (year !== undefined) return existing(Number(year), month, Number(date));
  const thisYear = existing(Number(today.slice(0, 4)), month, Number(date));
  return thisYear !== null && thisYear < today ? addMonths(thisYear, 12) : thisYear;
}

function existing(year: number, month: number, date: number): string | null {
  const day = isoDay(Date.UTC(year, month - 1, date));
  const same = Number(day.slice(5, 7)) === month && Number(day.slice(8)) === date;
  return same ? day : null;
}

function isoDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
