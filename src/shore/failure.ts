import type { ContractError } from '#shared/contract/envelope.ts';
import type { Refusal } from '#shared/contract/refusals.ts';

export type FailureCode = ContractError['code'];
export type FailureDetail = NonNullable<ContractError['details']>[number];

/**
 * What went wrong, in words for the person who asked and a code for their program: the same codes as on board.
 * Thrown by every method of the shore service; turned into an answer once, at the edge.
 */
export class ShoreFailure extends Error {
  readonly code: FailureCode;
  readonly retryable: boolean;
  readonly details: readonly FailureDetail[] | undefined;

  constructor(
    code: FailureCode,
    message: string,
    options: { retryable?: boolean; details?: readonly FailureDetail[]; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ShoreFailure';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details;
  }
}

export function refused(refusal: Refusal): ShoreFailure {
  return new ShoreFailure(refusal.code, refusal.message, refusal);
}
