import { ContractFailure } from '../contract-failure.ts';
import type { copiesMethods } from '#shared/contract/copies.ts';
import type { Handlers } from '../handlers.ts';
import type { Copies } from './copies.ts';

export type CopyMethods = keyof typeof copiesMethods;

/** @param copies null for a node that makes none */
export function copiesHandlers(copies: Copies | null): Pick<Handlers, CopyMethods> {
  const made = (): Copies => {
    if (copies !== null) return copies;
    throw new ContractFailure('unavailable', 'This node makes no copies of its database.');
  };
  return {
    'copies.list': () => made().list(),
    'copies.make': () => made().make(),
    'copies.preview': ({ name }) => made().preview(name),
    'copies.restore': async ({ name, token }, { actor }) => {
      await made().restore(name, token, actor.name);
      return {};
    },
    'copies.setSecondPlace': ({ folder }) => made().setSecondPlace(folder),
  };
}
