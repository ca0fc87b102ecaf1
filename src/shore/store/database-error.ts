/**
 * - `conflict`: another transaction was in the way; the same one may succeed at once
 * - `away`: the database cannot be reached, or takes nothing just now; the same one may succeed later
 * - `refused`: the same statement will fail again
 */
export type DatabaseFault = 'conflict' | 'away' | 'refused';

/** The server took a statement and said nothing; whether it did what was asked is not known. */
export class SilentDatabase extends Error {
  constructor(milliseconds: number) {
    super(`The database gave no answer within ${Math.round(milliseconds / 1000)} s.`);
    this.name = 'SilentDatabase';
  }
}

/** No connection could be had, whatever the server's reason: nothing was asked of it. */
export class NoConnection extends Error {
  constructor(cause: unknown) {
    super('No connection to the database can be had.', { cause });
    this.name = 'NoConnection';
  }
}

/** A statement of a transaction failed and its work went on as if it had not: nothing was written. */
export class BrokenTransaction extends Error {
  constructor() {
    super('A statement of a transaction failed and was passed over; nothing of the transaction was written.');
    this.name = 'BrokenTransaction';
  }
}

/** A table or schema that is not there: the database was dropped and made anew, and has to be set up again. */
const notSetUpCodes = new Set(['42P01', '3F000']);
const conflictCodes = new Set(['40001', '40P01', '55P03']);
/**
 * Connection exceptions, operator intervention, insufficient resources, a transaction that stood still, an
 * input/output error, a server that takes no writes; from the network, that nobody answers.
 */
const awayCodes =
  /^(08...|57P..|57014|53...|25P03|58030|25006|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
const awayMessages =
  /connection terminated|timeout expired|timeout exceeded|query read timeout|connection is closed|client has encountered a connection error|client was closed|cannot use a pool after/i;
/** The server ends the connection along with the answer, or would go on refusing writes on it when it takes them again. */
const endingCodes = /^(08...|57P0[1-5]|25P03|25006)$/;

/** What kind of failure a query's error is, whoever wrapped it. */
export function databaseFault(error: unknown): DatabaseFault {
  for (const each of causes(error)) {
    if (each instanceof SilentDatabase || each instanceof NoConnection) return 'away';
    const code = codeOf(each);
    if (conflictCodes.has(code) || isPlanOutdated(each)) return 'conflict';
    if (notSetUpCodes.has(code) || awayCodes.test(code) || awayMessages.test(each.message)) return 'away';
  }
  return 'refused';
}

/** The innermost sentence: the one that Postgres or the network said. Values that it repeats are left out. */
export function databaseMessage(error: unknown): string {
  const last = causes(error).at(-1);
  if (last === undefined) return 'unknown';
  // Class 22 is about what was handed in, and says it back.
  return codeOf(last).startsWith('22') ? last.message.replaceAll(/"[^"]*"/g, '"…"') : last.message;
}

/** SQLSTATE or the network's code, of the innermost error that has one; empty where none has. */
export function databaseCode(error: unknown): string {
  return (
    causes(error)
      .map(codeOf)
      .findLast((code) => code !== '') ?? ''
  );
}

/**
 * True where a table was changed, by a newer program that migrated it, after a connection had planned the statement. A
 * connection that has not can be asked the same.
 */
export function isPlanOutdated(error: unknown): boolean {
  return (
    error instanceof Error && codeOf(error) === '0A000' && /cached plan must not change/.test(error.message)
  );
}

/** True where the server did not look at a statement, since one before it in the transaction had failed. */
export function isBehindFailed(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === '25P02';
}

/** True where the server answered with an error, and the connection is as good as before. */
export function isServersWord(error: unknown): boolean {
  return error instanceof Error && 'severity' in error && !endingCodes.test(codeOf(error));
}

/** True where a connection turned out to be gone, rather than silent: another one may be tried at once. */
export function isCut(error: unknown): boolean {
  const all = causes(error);
  return (
    !all.some((each) => each instanceof SilentDatabase || each instanceof NoConnection) &&
    databaseFault(error) === 'away' &&
    !all.some(isServersWord)
  );
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
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
