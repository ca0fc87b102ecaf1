import type { CallResult, ContractError } from '#shared/contract/envelope.ts';

const statuses: Readonly<Record<ContractError['code'], number>> = {
  invalid_input: 400,
  unauthorized: 401,
  not_found: 404,
  unknown_method: 404,
  stale: 409,
  needs_confirmation: 409,
  too_large: 413,
  not_allowed: 409,
  internal: 500,
  unavailable: 503,
};

/** The HTTP status that says the same as the result. */
export function statusOf(result: CallResult): number {
  return result.ok ? 200 : statuses[result.error.code];
}
