import { request, type IncomingHttpHeaders } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { systemEnvironment } from '#link/system-environment.ts';
import type { CallRequest, CallResult, EventMessage } from '#shared/contract/envelope.ts';
import { openStationHost, type StationHost } from '#station/host.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { recordingLog, type RecordingLog } from './recording-log.ts';

export const token = 'a-token-that-only-tests-know';

export interface TestStation {
  host: StationHost;
  log: RecordingLog;
  /** What reached the vessel behind the host. */
  calls: Omit<CallRequest, 'id'>[];
  tell(event: EventMessage): void;
  /** Decides what the vessel answers; `vessel.info` and an empty output by default. */
  answerWith(answer: (call: Omit<CallRequest, 'id'>) => Promise<CallResult>): void;
  close(): Promise<void>;
}

/** A real station host with a page and a vessel that notes what reaches it. */
export async function openTestStation(): Promise<TestStation> {
  const folder = temporaryDirectory('station');
  const page = join(folder, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>ARUS</title>');
  writeFileSync(join(page, 'assets', 'app-1234.js'), 'export {};');
  writeFileSync(join(folder, 'not-the-page.txt'), 'secret');
  const log = recordingLog();
  const calls: Omit<CallRequest, 'id'>[] = [];
  const listeners = new Set<(event: EventMessage) => void>();
  let answer = (_call: Omit<CallRequest, 'id'>): Promise<CallResult> =>
    Promise.resolve({ ok: true, output: {} });
  const host = await openStationHost({
    vessel: {
      call(request) {
        calls.push(request);
        return answer(request);
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    environment: systemEnvironment(log),
    port: 0,
    token,
    page,
  });
  return {
    host,
    log,
    calls,
    tell: (event) => listeners.forEach((listener) => listener(event)),
    answerWith: (other) => (answer = other),
    close: () => host.close(),
  };
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One HTTP request with exactly these headers, `Host` included, which `fetch` would not let us forge. */
export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** `POST /call/<method>` as a script makes it. */
export function callOver(port: number, method: string, body: string, headers: Record<string, string> = {}) {
  return ask(port, `/call/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body,
  });
}

/** An open socket to `/ws`, and what came over it; rejects with the status when it is turned away. */
export interface Screen {
  socket: WebSocket;
  next(): Promise<unknown>;
}

export function openScreen(
  port: number,
  options: { protocols?: string[]; headers?: Record<string, string> } = {},
): Promise<Screen> {
  const { protocols = ['arus.v1', `token.${token}`], headers = {} } = options;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, protocols, { headers });
    const waiting: ((message: unknown) => void)[] = [];
    const arrived: unknown[] = [];
    socket.on('message', (data: Buffer) => {
      const message: unknown = JSON.parse(data.toString());
      const taker = waiting.shift();
      if (taker === undefined) arrived.push(message);
      else taker(message);
    });
    const next = () =>
      arrived.length > 0
        ? Promise.resolve(arrived.shift())
        : new Promise<unknown>((take) => waiting.push(take));
    socket.on('open', () => resolve({ socket, next }));
    socket.on('unexpected-response', (_request, response) => {
      reject(new Error(`refused with ${response.statusCode}`));
      response.destroy();
    });
    socket.on('error', reject);
  });
}
