/** Clocks of ships are set by hand; by less than this they may differ. Milliseconds. */
const toleranceMs = 300_000;

/** Whether people have to be told of two clocks that differ by so many ms, either way. */
export function isWrong(differenceMs: number): boolean {
  return Math.abs(differenceMs) > toleranceMs;
}

/** A span for people to read, in whole minutes, hours or days. */
export function spanOf(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
