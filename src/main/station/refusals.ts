import type { CallResult, ContractError } from '#shared/contract/envelope.ts';
import type { RareLog } from '#shared/rare-log.ts';

/** Mistakes of a program, not of a person: whoever keeps it should see them. */
const mistakes: readonly ContractError['code'][] = [
  'invalid_input',
  'unknown_method',
  'too_large',
  'unauthorized',
];

/** Writes a line for a call that was refused as malformed, one a minute of each kind; what it carried is not written. */
export function logRefusal(
  log: RareLog,
  result: CallResult,
  fields: { by: string; method?: string; path?: string; id?: unknown },
): void {
  if (result.ok || !mistakes.includes(result.error.code)) return;
  const { code, message, details } = result.error;
  const paths = details?.map(({ path }) => path);
  log.warn(
    `${fields.by} ${fields.method ?? ''} ${code}`,
    { ...fields, code, reason: message, ...(paths && { paths }) },
    'A call was refused',
  );
}
