import { z } from 'zod';
import { type CallResult, callResponse, eventMessage } from '#shared/contract/envelope.ts';
import type { MethodName } from '#shared/contract/index.ts';
import type { Cancel, Clock } from '../clock.ts';
import { CallError, type Connection, type Transport, heartbeatAnswerMs, heartbeatMs } from './transport.ts';
import { EventListeners, actorOf, checkInput, outputOf } from './typed-calls.ts';

export interface WebSocketOptions {
  /** Address of the station host's socket, `ws://…/ws`. */
  url: string;
  /** The station's key; null when this screen was opened without one. */
  token: string | null;
  clock: Clock;
  /** Id of the crew member who acts, or null. */
  actor: () => string | null;
  /** Opens a socket; a test may hand in another. */
  open?: (url: string, protocols: string[]) => WebSocket;
  /** Tells whether the node answers over HTTP and refuses our key. */
  isRefused: (token: string) => Promise<boolean>;
}

interface Pending {
  settle(result: CallResult): void;
  cancelTimeout: Cancel;
}

const firstRetryMs = 500;
const longestRetryMs = 10_000;
const callTimeoutMs = 30_000;

const message = z.union([callResponse, eventMessage]);

const failure = (text: string): CallResult => ({
  ok: false,
  error: { code: 'unavailable', message: text, retryable: true },
});
const notThere = failure(
  'The vessel node does not answer, so nothing was changed. What you have typed stays here.',
);
const wentAway = failure(
  'The vessel node went away before it answered. Look whether the change was made before you try again.',
);
const tooLate = failure(
  'The vessel node took too long to answer. Look whether the change was made before you try again.',
);

/** Carries calls to a station host, reconnecting for as long as the page is open. */
export function createWebSocketTransport(options: WebSocketOptions): Transport {
  const { clock, url, token, actor, isRefused } = options;
  const open = options.open ?? ((address, protocols) => new WebSocket(address, protocols));
  const listeners = new EventListeners();
  const connectionListeners = new Set<(connection: Connection) => void>();
  const pending = new Map<number, Pending>();
  let connection: Connection = {
    phase: 'connecting',
    since: clock.now(),
    nextAttemptAt: null,
    heardAt: null,
    node: null,
  };
  let heardAt: number | null = null;
  let socket: WebSocket | null = null;
  let lastId = 0;
  let retryMs = firstRetryMs;
  let cancelRetry: Cancel = () => {};
  let cancelHeartbeat: Cancel = () => {};
  let settleFirst = (): void => {};
  // Calls made while the page starts wait for the first word from the node instead of failing.
  const firstWord = new Promise<void>((resolve) => {
    settleFirst = resolve;
  });

  function become(phase: Connection['phase'], nextAttemptAt: number | null = null): void {
    const since = phase === connection.phase ? connection.since : clock.now();
    connection = { phase, since, nextAttemptAt, heardAt, node: null };
    if (phase === 'open' || phase === 'refused') settleFirst();
    for (const listener of connectionListeners) listener(connection);
  }

  function settleAll(result: CallResult): void {
    for (const [id, call] of pending) {
      pending.delete(id);
      call.cancelTimeout();
      call.settle(result);
    }
  }

  function receive(text: unknown): void {
    heardAt = clock.now();
    if (typeof text !== 'string') return;
    const parsed = message.safeParse(readJson(text));
    if (!parsed.success) return;
    if ('event' in parsed.data) {
      listeners.tell(parsed.data.event, parsed.data.payload);
      return;
    }
    const { id } = parsed.data;
    const call = typeof id === 'number' ? pending.get(id) : undefined;
    if (typeof id !== 'number' || call === undefined) return;
    pending.delete(id);
    call.cancelTimeout();
    call.settle(parsed.data);
  }

  function connect(): void {
    cancelRetry();
    if (token === null) {
      become('refused');
      return;
    }
    const current = open(url, ['arus.v1', `token.${token}`]);
    socket = current;
    current.addEventListener('open', () => {
      retryMs = firstRetryMs;
      heardAt = clock.now();
      become('open');
      beat(current);
    });
    current.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (socket === current) receive(event.data);
    });
    current.addEventListener('close', () => {
      if (socket === current) void afterClose(token);
    });
  }

  async function afterClose(key: string): Promise<void> {
    socket = null;
    cancelHeartbeat();
    settleAll(wentAway);
    const planned = retryMs;
    retryMs = Math.min(retryMs * 2, longestRetryMs);
    become(connection.phase === 'connecting' ? 'connecting' : 'lost', clock.now() + planned);
    cancelRetry = clock.after(planned, connect);
    if (await isRefused(key)) {
      cancelRetry();
      become('refused');
    } else if (connection.phase === 'connecting') {
      become('lost', clock.now() + planned);
    }
  }

  /** A station may sit behind a switch that forgets quiet connections without a word to either end. */
  function beat(current: WebSocket): void {
    cancelHeartbeat = clock.after(heartbeatMs, () => {
      const askedAt = clock.now();
      void ask('vessel.info', {}, heartbeatAnswerMs).then((result) => {
        if (socket !== current) return;
        // A node that is busy with a long answer may have said something else meanwhile.
        const isSilent = heardAt === null || heardAt < askedAt;
        if (!result.ok && result.error.code === 'unavailable' && isSilent) abandon(current);
        else beat(current);
      });
    });
  }

  /** A node that is stuck does not say goodbye either: its socket would close a minute later. */
  function abandon(current: WebSocket): void {
    if (token === null) return;
    void afterClose(token);
    current.close();
  }

  function ask(method: MethodName, input: unknown, limitMs = callTimeoutMs): Promise<CallResult> {
    const current = socket;
    if (current === null || current.readyState !== current.OPEN) return Promise.resolve(notThere);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      const cancelTimeout = clock.after(limitMs, () => {
        if (pending.delete(id)) resolve(tooLate);
      });
      pending.set(id, { settle: resolve, cancelTimeout });
      current.send(JSON.stringify({ id, method, input, ...actorOf(method, actor()) }));
    });
  }

  connect();

  return {
    async call(method, input) {
      checkInput(method, input);
      await firstWord;
      if (connection.phase === 'refused') {
        throw new CallError({
          code: 'unauthorized',
          message: 'The vessel node refused this screen.',
          retryable: false,
        });
      }
      return outputOf(method, await ask(method, input));
    },
    on: (event, listener) => listeners.add(event, listener),
    connection: () => connection,
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    retryNow() {
      if (socket === null) connect();
    },
    goBackTo: null,
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
