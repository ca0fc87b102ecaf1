/** Deaths longer ago than this say nothing of the next one. */
const forgottenAfterMs = 10 * 60_000;
/** The first death is answered at once; a node that dies again and again is tried once a minute, for as long as it takes. */
const delaysMs = [0, 1_000, 5_000, 15_000, 60_000] as const;

/**
 * When a vessel node that ended by itself is started again.
 * @param deaths when it ended, this time included, in order; milliseconds of a clock that only goes forward
 * @returns the deaths to keep, and how long to wait from the last one, milliseconds
 */
export function nextStart(deaths: readonly number[]): { deaths: number[]; delayMs: number } {
  const last = deaths.at(-1) ?? 0;
  const recent = deaths.filter((at) => last - at < forgottenAfterMs).slice(-delaysMs.length);
  return { deaths: recent, delayMs: delaysMs[Math.max(0, recent.length - 1)] ?? delaysMs[0] };
}
