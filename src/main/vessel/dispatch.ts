import { contract, isMethod, type MethodName } from '#shared/contract/index.ts';
import type { CallResult, ContractError } from '#shared/contract/envelope.ts';
import type { Environment } from '#shared/ports.ts';
import type { z } from 'zod';
import { ContractFailure } from './contract-failure.ts';
import type { CallContext, Handlers } from './handlers.ts';
import { storageFailureOf } from './storage/storage-failure.ts';
import type { Storage } from './storage/storage.ts';

export interface Call {
  method: string;
  input?: unknown;
  /** Id of the crew member who acts; the station itself when left out. */
  actor?: string;
}

/** How long a call waits for another program to let go of the database, beside everything else, ms. */
const patienceMs = 5_000;
const askAgainMs = 100;

export interface DispatchDependencies {
  environment: Environment;
  storage: Storage;
  actorOf: (id: string | undefined) => CallContext['actor'];
}

/**
 * Runs one call of the contract: parses what comes in and what goes out, and turns whatever goes wrong into one
 * of the contract's errors. Never throws.
 */
export async function dispatch(
  call: Call,
  handlers: Handlers,
  dependencies: DispatchDependencies,
): Promise<CallResult> {
  const { environment, storage, actorOf } = dependencies;
  if (!isMethod(call.method))
    return failure({
      code: 'unknown_method',
      message: `There is no method '${call.method}'.`,
      retryable: false,
    });
  const method = contract[call.method];
  const input = method.input.safeParse(call.input ?? {});
  if (!input.success) return failure(invalidInput(input.error));
  if (method.kind === 'write' && storage.isDamaged) return failure(storage.refusal('damaged'));
  const began = environment.monotonic();
  for (;;) {
    try {
      const given = run(handlers, call.method, input.data, { actor: actorOf(call.actor) });
      // Nearly all answer at once; those are not kept waiting.
      const output: unknown = given instanceof Promise ? await given : given;
      const parsed = method.output.safeParse(output);
      if (!parsed.success)
        throw new Error(`${call.method} answered outside its contract: ${parsed.error.message}`);
      return { ok: true, output: parsed.data };
    } catch (cause) {
      if (cause instanceof ContractFailure) return failure(cause.toError());
      // Another program holds the database: nothing was done, and it may be in a moment.
      if (storageFailureOf(cause) !== 'busy' || environment.monotonic() - began >= patienceMs)
        return failure(unexpected(call.method, cause, dependencies));
    }
    await new Promise<void>((resolve) => {
      environment.after(askAgainMs, resolve);
    });
  }
}

/** The one place where the method's name, input and handler are known to belong together only by lookup. */
function run(handlers: Handlers, name: MethodName, input: unknown, context: CallContext): unknown {
  const handler = handlers[name] as (input: unknown, context: CallContext) => unknown;
  return handler(input, context);
}

function invalidInput(error: z.ZodError): ContractError {
  const details = error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const [first] = details;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return {
    code: 'invalid_input',
    message: `Not saved. ${where}${first?.message ?? 'The input is not valid'}.`.replace(/\.\.$/, '.'),
    retryable: false,
    details,
  };
}

function unexpected(
  method: string,
  cause: unknown,
  { environment, storage }: DispatchDependencies,
): ContractError {
  const trouble = storage.note(cause, method);
  if (trouble !== null) return storage.refusal(trouble);
  const id = [...environment.randomBytes(4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  environment.log.error({ err: cause, method, id }, 'a call failed unexpectedly');
  return {
    code: 'internal',
    message: `Something went wrong that should not (report ${id}). If you were saving something, look whether it shows before you enter it again.`,
    retryable: false,
  };
}

const failure = (error: ContractError): CallResult => ({ ok: false, error });
