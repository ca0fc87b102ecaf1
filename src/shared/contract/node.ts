import { z } from 'zod';
import { read } from './method.ts';

/** The last hours of this computer's node; they begin with its process. */
export const nodeHistory = z.object({
  /** Since when it has figures, and its clock now; ISO 8601. */
  since: z.string(),
  now: z.string(),
  /** Milliseconds from one point to the next. */
  everyMs: z.number(),
  /** When each point began, milliseconds since 1970. */
  at: z.array(z.number()),
  /** By name, a value for each point of `at`; null where there was none. */
  series: z.record(z.string(), z.array(z.number().nullable())),
});
export type NodeHistory = z.infer<typeof nodeHistory>;

export const nodeMethods = {
  'node.history': read(z.strictObject({ hours: z.number().int().min(1).max(24).default(1) }), nodeHistory),
};
