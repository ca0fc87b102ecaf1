import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { ContractError } from '#shared/contract/envelope.ts';
import type { Environment } from '#shared/ports.ts';
import { ShoreFailure, type FailureCode } from '../failure.ts';

const statusOf: Readonly<Record<FailureCode, number>> = {
  invalid_input: 400,
  unauthorized: 401,
  not_found: 404,
  unknown_method: 404,
  not_allowed: 409,
  stale: 409,
  needs_confirmation: 409,
  too_large: 413,
  unavailable: 503,
  internal: 500,
};

export function sendError(reply: FastifyReply, status: number, error: ContractError): FastifyReply {
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="ARUS gateway"');
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify({ error }));
}

/** What to answer to whatever was thrown while answering. An unknown error is logged in full under an id. */
export function failureAnswer(
  thrown: unknown,
  environment: Environment,
): { status: number; error: ContractError } {
  if (thrown instanceof ShoreFailure) return { status: statusOf[thrown.code], error: errorOf(thrown) };
  const known = frameworkFailure(thrown);
  if (known !== null) return known;
  const id = Buffer.from(environment.randomBytes(4)).toString('hex');
  environment.log.error({ err: thrown, errorId: id }, 'A request failed for a reason that nobody expected');
  return {
    status: 500,
    error: {
      code: 'internal',
      message: `Something failed in the gateway. Nothing was changed unless a look shows otherwise. The log has it under ${id}.`,
      retryable: false,
    },
  };
}

export function errorOf(failure: ShoreFailure): ContractError {
  const { code, message, retryable, details } = failure;
  return { code, message, retryable, ...(details === undefined ? {} : { details: [...details] }) };
}

/** A failure that says which part of the request is wrong and why. */
export function invalidInput(error: z.ZodError, part: 'body' | 'query' | 'path'): ShoreFailure {
  const where = { body: 'the body', query: 'the query', path: 'the address' }[part];
  return new ShoreFailure('invalid_input', `Something in ${where} is not right. Nothing was changed.`, {
    details: error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            path: [...issue.path, key].join('.'),
            message: 'There is no such field',
          }))
        : [{ path: issue.path.join('.'), message: issue.message }],
    ),
  });
}

function frameworkFailure(thrown: unknown): { status: number; error: ContractError } | null {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return null;
  const status = thrown.statusCode;
  const answer = (code: FailureCode, message: string, retryable = false) => ({
    status: Number(status),
    error: { code, message, retryable },
  });
  if (status === 413) return answer('too_large', 'The body is too large. Nothing was changed.');
  if (status === 415) return answer('invalid_input', 'Send the body as application/json.');
  if (status === 429) return answer('unavailable', 'Too many requests. Wait a minute and go on.', true);
  if (typeof status === 'number' && status >= 400 && status < 500)
    return answer('invalid_input', thrown.message);
  return null;
}
