import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

/** What came back, and how long it took from the first byte sent to the last received, ms. */
export interface Timed {
  status: number;
  json: unknown;
  took: number;
}

/** Of this machine: each client is one of 200 addresses, as the office's people have their own. */
export function loopbackAddress(index: number): string {
  return `127.0.1.${1 + (index % 200)}`;
}

/** People at the office: so many connections, kept open between requests as a browser keeps them. */
export class OfficeClient {
  readonly #agent: Agent;
  readonly #port: number;
  readonly #from: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    port: number,
    connections: number,
    { from = '127.0.0.1', headers = {} }: { from?: string; headers?: Record<string, string> } = {},
  ) {
    this.#port = port;
    this.#from = from;
    this.#headers = headers;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws when the gateway does not answer with 200 or 201 */
  ask(method: string, path: string, body?: unknown): Promise<Timed> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers =
      body === undefined
        ? this.#headers
        : {
            ...this.#headers,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          };
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          localAddress: this.#from,
          method,
          path,
          headers,
          agent: this.#agent,
        },
        (response) => {
          let received = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (received += chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode: status = 0 } = response;
            if (status !== 200 && status !== 201)
              reject(new Error(`${method} ${path} was answered with ${status}: ${received}`));
            else resolve({ status, json: JSON.parse(received), took: performance.now() - start });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
