import type { z } from 'zod';

/** One thing a screen may ask of the vessel: its name and the shapes of what goes in and out. */
export interface Method<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /**
   * `read` never changes a record; `write` goes through recordAndPublish or changes the node's own settings; `act` is for
   * what lies beside the database, and is done also where that is damaged.
   */
  kind: 'read' | 'write' | 'act';
  input: I;
  output: O;
}

export function read<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Method<I, O> {
  return { kind: 'read', input, output };
}

export function write<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Method<I, O> {
  return { kind: 'write', input, output };
}

export function act<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Method<I, O> {
  return { kind: 'act', input, output };
}
