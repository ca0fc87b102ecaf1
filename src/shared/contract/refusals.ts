import type { ContractError } from './envelope.ts';
import type { ExpectedVersions } from './record-state.ts';

type Detail = NonNullable<ContractError['details']>[number];

/** Why something is not written, the same on board and ashore: each end throws it as a failure of its own. */
export interface Refusal {
  code: 'stale' | 'invalid_input';
  /** For the person who asked. */
  message: string;
  details: Detail[];
}

/** Who wrote a value, and when (ms since 1970); null where its journal is not here. */
export type Author = { by: string; at: number } | null;

/** The fields among those that somebody wants to set which were set by somebody else since they were read. */
export function overtakenFields(
  fields: readonly string[],
  basis: ExpectedVersions | undefined,
  versions: Readonly<Record<string, string>>,
): string[] {
  return fields.filter((field) => basis?.[field] !== undefined && basis[field] !== versions[field]);
}

/** @param details whose value stands in each field that was overtaken */
export function stale(details: Detail[]): Refusal {
  return {
    code: 'stale',
    message: 'Someone else changed this in the meantime. Nothing was saved; choose which value stands.',
    details,
  };
}

/** A field whose value is another by now. */
export function overtaken(path: string, value: unknown, author: Author): Detail {
  return standing(path, 'Changed in the meantime', value, author);
}

/** A decision between values that are not those any more which were decided on. */
export function otherValuesStand(path: string, value: unknown, author: Author): Refusal {
  return {
    code: 'stale',
    message:
      'Another value has come in meanwhile. Nothing was changed; look at all of them and decide again.',
    details: [inForceNow(path, value, author)],
  };
}

/** What stands in a field that was contested. */
export function inForceNow(path: string, value: unknown, author: Author): Detail {
  return standing(path, 'Current', value, author);
}

/** A value that cannot settle a conflict. */
export function notSettled(path: string, reason: string): Refusal {
  return {
    code: 'invalid_input',
    message: `Not settled: ${reason}. All values are kept.`,
    details: [{ path, message: reason }],
  };
}

function standing(path: string, message: string, value: unknown, author: Author): Detail {
  const by = author === null ? {} : { by: author.by, at: new Date(author.at).toISOString() };
  return { path, message, value, ...by };
}
