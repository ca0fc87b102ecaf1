import { request, type IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { contractError, type ContractError } from '#shared/contract/envelope.ts';
import { type RunningProgram, startOurProgram } from '#support/processes.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: unknown;
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as it is when it is text, as JSON otherwise. */
  body?: unknown;
}

/** The gateway's program, running on a port of its own. */
export interface Shore {
  readonly port: number;
  readonly program: RunningProgram;
  ask(path: string, options?: AskOptions): Promise<Answer>;
  /** The body of an answer with status 200 or 201; throws with the answer otherwise. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts `npm run shore` on any free port and waits for its line. */
export async function startShore(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Shore> {
  const program = startOurProgram('src/shore/shore-program.ts', ['--port', '0', ...parameters], {
    environment,
  });
  const [, port = ''] = await program.line(/^ARUS shore gateway \S+ at http:\/\/[^:]+:(\d+)\/$/, 60_000);
  const ask: Shore['ask'] = (path, options) => askHttp(Number(port), path, options);
  return {
    port: Number(port),
    program,
    ask,
    async get(path) {
      const answer = await ask(path);
      if (answer.status !== 200)
        throw new Error(`${path} was answered with ${answer.status}: ${answer.text}\n${program.output()}`);
      return answer.json;
    },
    async stop() {
      await program.stop(10_000);
    },
  };
}

/** One HTTP request with exactly these headers, `Host` included, which `fetch` would not let us forge. */
export function askHttp(port: number, path: string, options: AskOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const type = text === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { ...type, ...headers }, agent: false },
      (response) => {
        let received = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (received += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: received,
            json: jsonOf(received),
          }),
        );
      },
    );
    sent.on('error', reject);
    // As bytes: Node would write headers and text in one encoding, and ours may be neither.
    sent.end(text === undefined ? undefined : Buffer.from(text));
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error that an answer carries; throws when it carries none. */
export function errorIn(answer: Answer): ContractError {
  return z.object({ error: contractError }).parse(answer.json).error;
}
