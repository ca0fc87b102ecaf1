import type { ContractError } from '#shared/contract/envelope.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';

/** The contract as one carrier carries it. */
export interface Calls {
  method(name: MethodName, does: string, test: () => Promise<void>): void;
  done<N extends MethodName>(method: N, input: MethodInput<N>): Promise<MethodOutput<N>>;
  failed(method: MethodName, input: unknown): Promise<ContractError>;
}
