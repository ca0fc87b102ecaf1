import { z } from 'zod';

/** What a vessel node does before it answers, in this order; a step that is not needed is left out. */
export const startSteps = ['opening', 'checking', 'copying', 'changing', 'reading'] as const;
export type StartStep = (typeof startSteps)[number];

/**
 * How the desktop app stands with its vessel node, which is a process of its own.
 * - `first-start`: nobody has said yet which ship this is, and there is no node
 * - `starting`: it works on `step`; null before its first word
 * - `up`: it answers
 * - `down`: it ended by itself, and is started again at `nextAttemptAt`
 * - `stopped`: it cannot start, for `reason`, a sentence for people; it is tried again at `nextAttemptAt` where the cause
 *   may pass by itself (null: when a person says so)
 *
 * `since` and `nextAttemptAt` are milliseconds since 1970.
 */
export const nodeState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('first-start'), since: z.number() }),
  z.object({ phase: z.literal('starting'), since: z.number(), step: z.enum(startSteps).nullable() }),
  z.object({ phase: z.literal('up'), since: z.number() }),
  z.object({ phase: z.literal('down'), since: z.number(), nextAttemptAt: z.number() }),
  z.object({
    phase: z.literal('stopped'),
    since: z.number(),
    reason: z.string(),
    nextAttemptAt: z.number().nullable(),
    /** A checked copy of the database that it could go back to, and when it was made; null where that would not help. */
    copy: z.object({ name: z.string(), madeAt: z.number() }).nullable(),
  }),
]);
export type NodeState = z.infer<typeof nodeState>;
