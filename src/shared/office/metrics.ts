import { z } from 'zod';

const count = z.number().int();

/** The last hours of one gateway's own figures; they begin with its process. */
export const metricsHistory = z.object({
  gateway: z.string(),
  /** Since when it has figures, and its clock now; ISO 8601. */
  since: z.string(),
  now: z.string(),
  /** Milliseconds from one point to the next. */
  everyMs: z.number(),
  /** When each point began, milliseconds since 1970. */
  at: z.array(z.number()),
  /** By name, a value for each point of `at`; null where there was none. */
  series: z.record(z.string(), z.array(z.number().nullable())),
  /** Messages refused since the process started. `sender`: a ship, or `other` for all that are none of this office. */
  refused: z.array(z.object({ kind: z.string(), sender: z.string(), count })),
  ships: z.array(
    z.object({
      vesselId: z.string(),
      name: z.string(),
      waitingAshore: count,
      oldestAgeMs: z.number().nullable(),
      waitingOnBoard: count.nullable(),
      conflicts: count,
      lastContactAt: z.string().nullable(),
    }),
  ),
  /** When ships were last read from the database; null when they never were. */
  shipsAt: z.string().nullable(),
});
export type MetricsHistory = z.infer<typeof metricsHistory>;

export const metricsQuery = z.strictObject({ hours: z.number().int().min(1).max(24).default(1) });
