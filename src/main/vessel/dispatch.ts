import { contract, isMethod, type MethodName } from '#shared/contract/index.ts';
import type { CallResult, ContractError } from '#shared/contract/envelope.ts';
import type { Environment } from '#shared/ports.ts';
import type { z } from 'zod';
import { ContractFailure } from './contract-failure.ts';
import type { CallContext, Handlers } from './handlers.ts';

export interface Call {
  method: string;
  input?: unknown;
  /** Id of the crew member who acts; the station itself when left out. */
  actor?: string;
}

/**
 * Runs one call of the contract: parses what comes in and what goes out, and turns whatever goes wrong into one
 * of the contract's errors. Never throws.
 */
export async function dispatch(
  call: Call,
  handlers: Handlers,
  {
    environment,
    actorOf,
  }: { environment: Environment; actorOf: (id: string | undefined) => CallContext['actor'] },
): Promise<CallResult> {
  if (!isMethod(call.method))
    return failure({
      code: 'unknown_method',
      message: `There is no method '${call.method}'.`,
      retryable: false,
    });
  const method = contract[call.method];
  const input = method.input.safeParse(call.input ?? {});
  if (!input.success) return failure(invalidInput(input.error));
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
    return failure(unexpected(call.method, cause, environment));
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

function unexpected(method: string, cause: unknown, environment: Environment): ContractError {
  if (['SQLITE_FULL', 'ENOSPC'].includes(codeOf(cause) ?? '')) {
    environment.log.error({ err: cause, method }, 'the disk is full');
    return {
      code: 'unavailable',
      message:
        'The disk of this computer is full. This was not saved; what was saved before is safe. Free some space and try again.',
      retryable: true,
    };
  }
  const id = [...environment.randomBytes(4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  environment.log.error({ err: cause, method, id }, 'a call failed unexpectedly');
  return {
    code: 'internal',
    message: `Something went wrong that should not (report ${id}). Nothing was saved by this; what was saved before is safe.`,
    retryable: false,
  };
}

/** Of SQLite or of the file system. */
function codeOf(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

const failure = (error: ContractError): CallResult => ({ ok: false, error });
