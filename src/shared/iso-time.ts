/** The second that was written last: times that are written follow each other. */
let second = { start: Number.NaN, text: '' };

/**
 * An instant as `Date.prototype.toISOString` writes it, for what is written in great numbers: that is asked once a second,
 * as it takes a call out of JavaScript.
 * @param instant ms since 1970
 * @throws RangeError for what is no instant
 */
export function isoTime(instant: number): string {
  const ms = Math.trunc(instant);
  if (!(ms >= second.start && ms < second.start + 1_000)) {
    const start = Math.floor(ms / 1_000) * 1_000;
    second = { start, text: new Date(start).toISOString().slice(0, -'000Z'.length) };
  }
  return `${second.text}${String(1_000 + ms - second.start).slice(1)}Z`;
}
