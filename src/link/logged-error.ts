/** What a log says of an error. */
export interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  /** What tells one failure from another, where the error has it. */
  [fact: string]: unknown;
}

/** Facts about a failure that hold no content of records and no secrets; everything else on an error is left out. */
const facts = [
  'code',
  'severity',
  'errno',
  'syscall',
  'address',
  'port',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'routine',
  'statusCode',
];
const longestStatement = 300;
const deepest = 5;

/**
 * An error for the log by what it is allowed to say. Libraries hang on their errors what a log must not hold: a
 * statement's parameters, which are people's records, the key that could not be stored, a whole client with the
 * secret by which its statements are cancelled, a connection string.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: String(error).slice(0, longestStatement) };
  const message = saidBy(error);
  const logged: LoggedError = { type: error.name, message };
  const stack = framesOf(error);
  if (stack !== null && depth === 0) logged.stack = `${error.name}: ${message}\n${stack}`;
  for (const fact of facts) {
    const value: unknown = Object.hasOwn(error, fact) ? Reflect.get(error, fact) : undefined;
    if (typeof value === 'string' || typeof value === 'number') logged[fact] = value;
  }
  const cause: unknown = error instanceof AggregateError ? (error.cause ?? error.errors[0]) : error.cause;
  if (cause instanceof Error && depth < deepest) logged['cause'] = loggedError(cause, depth + 1);
  return logged;
}

function saidBy(error: Error): string {
  // Drizzle's sentence is the statement and all its parameters.
  if (
    'query' in error &&
    'params' in error &&
    typeof error.query === 'string' &&
    error.message.includes('params:')
  )
    return `Failed query: ${error.query.slice(0, longestStatement)}`;
  // SQLSTATE class 22 is about a value that was handed in, and repeats it.
  if ('severity' in error && 'code' in error && String(error.code).startsWith('22'))
    return error.message.replaceAll(/"[^"]*"/g, '"…"');
  return error.message;
}

/** The stack begins with the sentence, which may look like frames itself. */
function framesOf({ stack = '', message }: Error): string | null {
  const said = stack.indexOf(message);
  if (said < 0) return null;
  const frames = stack
    .slice(said + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return frames.length === 0 ? null : frames.join('\n');
}
