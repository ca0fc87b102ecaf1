/**
 * How long to wait before the next attempt, milliseconds: a random moment in the upper half of a span that
 * doubles with every failure, so that a fleet that lost its broker together does not come back together.
 * @param failures attempts that failed in a row before this wait, from 0
 * @param chance uniform in [0, 1)
 */
export function waitBeforeAttempt(
  failures: number,
  bounds: { shortestWait: number; longestWait: number },
  chance: number,
): number {
  const span = Math.min(bounds.longestWait, 2 * bounds.shortestWait * 2 ** Math.min(failures, 30));
  return Math.max(bounds.shortestWait, Math.round(span / 2 + (span / 2) * chance));
}
