/**
 * - `conflict`: another transaction was in the way; the same one may succeed at once
 * - `away`: the database cannot be reached or is starting, stopping or full; the same one may succeed later
 * - `refused`: the same statement will fail again
 */
export type DatabaseFault = 'conflict' | 'away' | 'refused';

const conflictCodes = new Set(['40001', '40P01', '55P03']);
/** Connection exceptions, operator intervention, insufficient resources, `invalid_catalog_name` while starting. */
const awayCodes =
  /^(08...|57P..|57014|53...|25P03|58030|25006|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
const awayMessages =
  /connection terminated|timeout exceeded|query read timeout|connection is closed|client has encountered a connection error|cannot use a pool after/i;

/** What kind of failure a query's error is, whoever wrapped it. */
export function databaseFault(error: unknown): DatabaseFault {
  for (const each of causes(error)) {
    const code = 'code' in each && typeof each.code === 'string' ? each.code : '';
    if (conflictCodes.has(code)) return 'conflict';
    if (awayCodes.test(code) || awayMessages.test(each.message)) return 'away';
  }
  return 'refused';
}

/** The innermost sentence: the one that Postgres or the network said. */
export function databaseMessage(error: unknown): string {
  return causes(error).at(-1)?.message ?? String(error);
}

function causes(error: unknown): Error[] {
  const found: Error[] = [];
  let each: unknown = error;
  while (each instanceof Error && found.length < 10) {
    found.push(each);
    each = each instanceof AggregateError ? (each.cause ?? each.errors[0]) : each.cause;
  }
  return found;
}
