/** Making one takes longer than a row of a list has; there are as many as ships have time zones. */
const mostFormats = 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The calendar day `YYYY-MM-DD` at `now` (ms since 1970) in the ship's time zone (an IANA name). A zone that this
 * computer does not know is read as UTC.
 */
export function shipsDay(now: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? formatOf(timeZone);
  if (formats.size >= mostFormats) formats.clear();
  formats.set(timeZone, format);
  return format.format(now);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { ...parts, timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat('en-CA', { ...parts, timeZone: 'UTC' });
  }
}
