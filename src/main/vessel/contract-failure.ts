import type { ContractError } from '#shared/contract/envelope.ts';
import type { Refusal } from '#shared/contract/refusals.ts';

/** What a handler throws when a call cannot be done; becomes the call's error as it stands. */
export class ContractFailure extends Error {
  readonly code: ContractError['code'];
  readonly retryable: boolean;
  readonly details: ContractError['details'];

  constructor(
    code: ContractError['code'],
    message: string,
    options: { details?: NonNullable<ContractError['details']>; retryable?: boolean } = {},
  ) {
    super(message);
    this.name = 'ContractFailure';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details;
  }

  toError(): ContractError {
    const { code, message, retryable, details } = this;
    return details === undefined ? { code, message, retryable } : { code, message, retryable, details };
  }
}

export function refused(refusal: Refusal): ContractFailure {
  return new ContractFailure(refusal.code, refusal.message, refusal);
}
