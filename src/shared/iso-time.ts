const dayMs = 86_400_000;

/** The day that was written last: times that are written follow each other. */
let day = { start: Number.NaN, text: '' };

/**
 * An instant as `Date.prototype.toISOString` writes it, for what is written in great numbers or while somebody waits:
 * only the time of day is made anew, which takes no call out of JavaScript.
 * @param instant ms since 1970
 * @throws RangeError for what is no instant
 */
export function isoTime(instant: number): string {
  const ms = Math.trunc(instant);
  if (!(ms >= day.start && ms < day.start + dayMs)) {
    const start = Math.floor(ms / dayMs) * dayMs;
    day = { start, text: new Date(start).toISOString().slice(0, -'00:00:00.000Z'.length) };
  }
  const ofDay = ms - day.start;
  const seconds = Math.floor(ofDay / 1_000);
  const minutes = Math.floor(seconds / 60);
  const milliseconds = String(1_000 + (ofDay % 1_000)).slice(1);
  return `${day.text}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${milliseconds}Z`;
}

const two = (number: number): string => (number < 10 ? `0${number}` : String(number));
