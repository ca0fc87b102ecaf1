/** The calendar day `YYYY-MM-DD` at `now` (ms since 1970) in the ship's time zone (an IANA name). */
export function shipsDay(now: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(now);
}
