import type { z } from 'zod';
import type { CallResult } from '#shared/contract/envelope.ts';
import { type EventName, type EventPayload, events } from '#shared/contract/events.ts';
import { type MethodInput, type MethodName, type MethodOutput, contract } from '#shared/contract/index.ts';
import { CallError } from './transport.ts';

// The same objects under a type that lets a method's name pick its own shape.
const outputs: { [N in MethodName]: { output: z.ZodType<MethodOutput<N>> } } = contract;
const payloads: { [N in EventName]: z.ZodType<EventPayload<N>> } = events;

const disagreement =
  'This screen and the vessel node do not understand each other. Nothing was lost. Load the screen again; if that does not help, both need the same version.';

/** What `result` answers to `method`, parsed; throws `CallError` when it is a refusal or has another shape. */
export function outputOf<N extends MethodName>(method: N, result: CallResult): MethodOutput<N> {
  if (!result.ok) throw new CallError(result.error);
  const parsed = outputs[method].output.safeParse(result.output);
  if (parsed.success) return parsed.data;
  throw new CallError({ code: 'internal', message: disagreement, retryable: false });
}

/** Input of `method`, checked before it goes out, so that a slip of the screen is told without a round trip. */
export function checkInput<N extends MethodName>(method: N, input: MethodInput<N>): void {
  const parsed = contract[method].input.safeParse(input);
  if (parsed.success) return;
  throw new CallError({
    code: 'invalid_input',
    message: 'Something in this form is not right yet.',
    retryable: false,
    details: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  });
}

/** Who acts, for a call that writes. Reading needs no name, and must work when the one kept here is gone. */
export function actorOf(method: MethodName, actor: string | null): { actor?: string } {
  return actor === null || contract[method].kind === 'read' ? {} : { actor };
}

/** Listeners by event name; an event that this screen does not know or cannot read is passed over. */
export class EventListeners {
  #byName = new Map<string, Set<(payload: unknown) => void>>();

  add<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
    const parseAndTell = (payload: unknown): void => {
      const parsed = payloads[name].safeParse(payload);
      if (parsed.success) listener(parsed.data);
    };
    const set = this.#byName.get(name) ?? new Set();
    set.add(parseAndTell);
    this.#byName.set(name, set);
    return () => set.delete(parseAndTell);
  }

  tell(name: string, payload: unknown): void {
    for (const listener of this.#byName.get(name) ?? []) listener(payload);
  }
}
