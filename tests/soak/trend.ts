/** A figure over time: milliseconds since the run began, and what was read then. */
export type Reading = readonly [at: number, value: number];

const hour = 3_600_000;

/**
 * How much a figure rises in an hour, by the line with the least squares through its readings.
 * @returns 0 for fewer than two readings
 */
export function risePerHour(readings: readonly Reading[]): number {
  if (readings.length < 2) return 0;
  const mean = (of: (reading: Reading) => number): number =>
    readings.reduce((sum, reading) => sum + of(reading), 0) / readings.length;
  const at = mean(([time]) => time);
  const value = mean(([, read]) => read);
  let across = 0;
  let along = 0;
  for (const [time, read] of readings) {
    across += (time - at) * (read - value);
    along += (time - at) ** 2;
  }
  return along === 0 ? 0 : (across / along) * hour;
}

/** The readings of the last half of the time that they span. */
export function lastHalf(readings: readonly Reading[]): Reading[] {
  const first = readings[0]?.[0] ?? 0;
  const last = readings.at(-1)?.[0] ?? 0;
  return readings.filter(([at]) => at >= (first + last) / 2);
}
