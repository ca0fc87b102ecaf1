/**
 * The calendar day `YYYY-MM-DD` at `now` (ms since 1970) in the ship's time zone (an IANA name). A zone that this
 * computer does not know is read as UTC.
 */
export function shipsDay(now: number, timeZone: string): string {
  const format = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { ...format, timeZone }).format(now);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat('en-CA', { ...format, timeZone: 'UTC' }).format(now);
  }
}
