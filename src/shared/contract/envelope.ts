import { z } from 'zod';

/** Codes that a screen or a script can act on. */
export const errorCodes = [
  'invalid_input',
  'unknown_method',
  'not_found',
  'not_allowed',
  'stale',
  /** Asked about, and not done: the message says what. The same call with `confirmed` does it. */
  'needs_confirmation',
  'unauthorized',
  'too_large',
  'unavailable',
  'internal',
] as const;

export const contractError = z.object({
  code: z.enum(errorCodes),
  /** What happened, what is safe, what to do: for the person at the screen. */
  message: z.string(),
  /** True when the same call may succeed later without being changed. */
  retryable: z.boolean(),
  /** For `invalid_input`: what is wrong, by path in the input. For `stale`: whose value stands there now. */
  details: z
    .array(
      z.object({
        path: z.string(),
        message: z.string(),
        value: z.unknown().optional(),
        by: z.string().optional(),
        at: z.string().optional(),
      }),
    )
    .optional(),
});
export type ContractError = z.infer<typeof contractError>;

/** A call, over IPC and WebSocket alike. `actor` is the id of the crew member who acts. */
export const callRequest = z.strictObject({
  id: z.union([z.string().max(64), z.number()]),
  method: z.string().max(100),
  input: z.unknown().optional(),
  actor: z.uuid().optional(),
});
export type CallRequest = z.infer<typeof callRequest>;

export const callResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), output: z.unknown() }),
  z.object({ ok: z.literal(false), error: contractError }),
]);
export type CallResult = z.infer<typeof callResult>;

/** Answer to the call with the same `id`; `id` is null where the request was too broken to have one. */
export const callResponse = z.intersection(
  z.object({ id: z.union([z.string(), z.number()]).nullable() }),
  callResult,
);
export type CallResponse = z.infer<typeof callResponse>;

export const eventMessage = z.object({ event: z.string(), payload: z.unknown() });
export type EventMessage = z.infer<typeof eventMessage>;
