import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { until } from '#support/until.ts';
import { browserClock } from '../../../src/renderer/lib/clock.ts';
import { CallError, type Transport } from '../../../src/renderer/lib/transport/transport.ts';
import { createWebSocketTransport } from '../../../src/renderer/lib/transport/websocket.ts';

interface Asked {
  id: number;
  method: string;
  actor?: string;
}

let server: WebSocketServer;
let sockets: ServerSocket[];
let asked: Asked[];
let answer: (call: Asked, socket: ServerSocket) => void;
const actor = '0190f6a0-0000-7000-8000-000000000002';

const crew = { items: [{ id: actor, name: 'Ida Berg', rank: 'Chief engineer', onBoard: true }] };

async function listen(port = 0): Promise<void> {
  server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: () => 'arus.v1' });
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const call = JSON.parse(data.toString()) as Asked;
      asked.push(call);
      answer(call, socket);
    });
  });
  await once(server, 'listening');
}

const portOf = (): number => (server.address() as AddressInfo).port;

function connect(overrides: { token?: string | null; isRefused?: boolean } = {}): Transport {
  return createWebSocketTransport({
    url: `ws://127.0.0.1:${portOf()}/ws`,
    token: overrides.token === undefined ? 'key' : overrides.token,
    clock: browserClock,
    actor: () => actor,
    isRefused: () => Promise.resolve(overrides.isRefused === true),
  });
}

const failureOf = (call: Promise<unknown>): Promise<CallError> =>
  call.then(
    () => {
      throw new Error('It was answered');
    },
    (error: unknown) => {
      if (error instanceof CallError) return error;
      throw error;
    },
  );

beforeEach(async () => {
  sockets = [];
  asked = [];
  answer = (call, socket) => socket.send(JSON.stringify({ id: call.id, ok: true, output: crew }));
  await listen();
});
afterEach(() => {
  for (const socket of sockets) socket.terminate();
  server.close();
});

describe('The screen’s socket', () => {
  test('carries calls before it is open even, with who acts where something is written', async () => {
    const transport = connect();
    expect(await transport.call('crew.list', {})).toEqual(crew);
    await transport.call('crew.create', { name: 'Ida Berg', rank: 'Chief engineer' }).catch(() => {});
    expect(asked.map(({ method, actor: by }) => [method, by])).toEqual([
      ['crew.list', undefined],
      ['crew.create', actor],
    ]);
    expect(transport.connection().phase).toBe('open');
  });

  test('gives answers that come out of order to those who asked', async () => {
    const byStatus = { open: 0, in_progress: 0, on_hold: 0, completed: 0, cancelled: 0 };
    const outputs: Record<string, unknown> = {
      'crew.list': crew,
      'workOrders.counts': { total: 0, byStatus, overdue: 7 },
    };
    const waiting: Asked[] = [];
    answer = (call, socket) => {
      waiting.push(call);
      if (waiting.length < 2) return;
      for (const { id, method } of waiting.toReversed())
        socket.send(JSON.stringify({ id, ok: true, output: outputs[method] }));
    };
    const transport = connect();
    const [members, counts] = await Promise.all([
      transport.call('crew.list', {}),
      transport.call('workOrders.counts', {}),
    ]);
    expect(members).toEqual(crew);
    expect(counts.overdue).toBe(7);
  });

  test('tells why a call was refused, with what is wrong by field', async () => {
    const error = {
      code: 'invalid_input',
      message: 'Not so',
      retryable: false,
      details: [{ path: 'name', message: 'Too long' }],
    };
    answer = (call, socket) => socket.send(JSON.stringify({ id: call.id, ok: false, error }));
    const failure = await failureOf(connect().call('crew.list', {}));
    expect(failure).toMatchObject({ code: 'invalid_input', message: 'Not so', details: error.details });
  });

  test('refuses an answer of another shape instead of showing nonsense', async () => {
    answer = (call, socket) =>
      socket.send(JSON.stringify({ id: call.id, ok: true, output: { items: 'none' } }));
    const failure = await failureOf(connect().call('crew.list', {}));
    expect(failure.code).toBe('internal');
  });

  test('does not send what the contract would not take', async () => {
    const failure = await failureOf(connect().call('crew.create', { name: '', rank: 'Bosun' }));
    expect(failure).toMatchObject({ code: 'invalid_input', details: [{ path: 'name' }] });
    expect(asked).toEqual([]);
  });

  test('hears events, and passes over those it cannot read', async () => {
    const transport = connect();
    const heard: unknown[] = [];
    transport.on('records.changed', (payload) => heard.push(payload));
    await transport.call('crew.list', {});
    const send = (text: string): void => sockets[0]?.send(text);
    send('not json');
    send(JSON.stringify({ event: 'records.changed', payload: { entity: 5 } }));
    send(JSON.stringify({ event: 'something.new', payload: {} }));
    send(
      JSON.stringify({
        event: 'records.changed',
        payload: { entity: 'work_order', ids: [], cause: 'shore' },
      }),
    );
    await until('the event', () => heard.length > 0);
    expect(heard).toEqual([{ entity: 'work_order', ids: [], cause: 'shore' }]);
  });

  test('says that a call may have been carried out when the node goes before it answers', async () => {
    answer = (_, socket) => socket.terminate();
    const failure = await failureOf(connect().call('crew.list', {}));
    expect(failure).toMatchObject({ code: 'unavailable', retryable: true });
    expect(failure.message).toContain('Look whether the change was made');
  });

  test('says at once that nothing was done while the node is gone, and comes back by itself', async () => {
    const transport = connect();
    await transport.call('crew.list', {});
    const port = portOf();
    for (const socket of sockets) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
    await until('the loss', () => transport.connection().phase === 'lost');
    expect((await failureOf(transport.call('crew.list', {}))).message).toContain('nothing was changed');
    await listen(port);
    await until('the return', () => transport.connection().phase === 'open');
    expect(await transport.call('crew.list', {})).toEqual(crew);
  });

  test('a node that is stuck while its socket stands is lost, since its last word, and back when it answers', async () => {
    let now = 1_000_000;
    const timers: { at: number; action: () => void }[] = [];
    const pass = (milliseconds: number): void => {
      now += milliseconds;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.action();
      }
    };
    const clock = {
      now: () => now,
      after(milliseconds: number, action: () => void) {
        const timer = { at: now + milliseconds, action };
        timers.push(timer);
        return () => {
          if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
        };
      },
    };
    const transport = createWebSocketTransport({
      url: `ws://127.0.0.1:${portOf()}/ws`,
      token: 'key',
      clock,
      actor: () => null,
      isRefused: () => Promise.resolve(false),
    });
    await transport.call('crew.list', {});
    const heardAt = now;
    // Nothing is read any more, a goodbye no more than a question.
    for (const socket of sockets) socket.pause();
    pass(10_000);
    expect(transport.connection().phase).toBe('open');
    pass(10_000);
    await until('the loss', () => transport.connection().phase === 'lost');
    expect(transport.connection().heardAt).toBe(heardAt);
    pass(1_000);
    await until('the return', () => transport.connection().phase === 'open');
  });

  test('knows a refusal from a loss, and stops trying', async () => {
    expect(connect({ token: null }).connection().phase).toBe('refused');
    const transport = connect({ isRefused: true });
    await transport.call('crew.list', {});
    for (const socket of sockets) socket.close();
    await until('the refusal', () => transport.connection().phase === 'refused');
    expect((await failureOf(transport.call('crew.list', {}))).code).toBe('unauthorized');
  });
});
