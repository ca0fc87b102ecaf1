import type { MethodName, MethodOutput, ParsedInput } from '#shared/contract/index.ts';
import type { Actor } from './store/unit-of-work.ts';

export interface CallContext {
  actor: Actor;
}

/** One function for each method of the contract: parsed input in, output out, `ContractFailure` when it cannot be done. */
export type Handlers = {
  readonly [N in MethodName]: (
    input: ParsedInput<N>,
    context: CallContext,
  ) => MethodOutput<N> | Promise<MethodOutput<N>>;
};
