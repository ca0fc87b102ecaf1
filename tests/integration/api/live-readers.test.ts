import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { systemEnvironment } from '#link/system-environment.ts';
import { programLog } from '#link/program-log.ts';
import { createLive, type Live } from '#shore/live.ts';
import type { Committed, JournalItem, JournalPage } from '#shore/service.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { until } from '#support/until.ts';

/** A vessel's journal in memory, told of as the gateway tells it, on real sockets and with timers run by hand. */
class Stage {
  readonly items: JournalItem[] = [];
  readonly listeners = new Set<(event: Committed) => void>();
  readonly timers = new Set<() => void>();
  reads = 0;
  /** Runs before a read of the journal is answered. */
  beforeAnswer: () => void = () => undefined;
  #server: Server = createServer();
  #sockets = new WebSocketServer({ server: this.#server });
  readonly live: Live = createLive(
    {
      vessels: () => Promise.resolve([summary(this.items.length)]),
      journal: async ({ after = 0, limit = 100 }): Promise<JournalPage> => {
        this.reads += 1;
        const found = this.items.filter(({ feed }) => feed > after);
        const items = found.slice(0, limit);
        await Promise.resolve();
        this.beforeAnswer();
        return { items, nextAfter: items.at(-1)?.feed ?? after, more: found.length > limit };
      },
      onCommitted: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    },
    {
      ...systemEnvironment(programLog('test', 'silent')),
      after: (_milliseconds, action) => {
        this.timers.add(action);
        return () => this.timers.delete(action);
      },
    },
  );

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#sockets.on('connection', (socket, request) => {
      this.live.add(socket, new URL(request.url ?? '', 'http://x').searchParams, 'test');
    });
  }

  /** A client, and what it was told from its first moment on; it has had its first words. */
  async join(query = ''): Promise<Client> {
    const { port } = this.#server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${query}`);
    const told = toldTo(socket);
    await once(socket, 'open');
    await pong(socket);
    return { socket, told };
  }

  /** Commits changes; tells of them unless `silently`. */
  commit(count: number, silently = false): void {
    for (let index = 0; index < count; index += 1) this.items.push(change(this.items.length + 1));
    if (!silently) this.tell('vessel', []);
  }

  tell(cause: Committed['cause'], ids: readonly string[], feed = this.items.length): void {
    for (const listener of this.listeners)
      listener({ vesselId: 'aurora', entity: 'work_order', ids, feed, cause });
  }

  /** Lets every timer fire that waits now. */
  passTime(): void {
    const waiting = Array.from(this.timers);
    this.timers.clear();
    for (const action of waiting) action();
  }

  async close(): Promise<void> {
    this.live.close();
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function change(feed: number): JournalItem {
  return {
    vesselId: 'aurora',
    feed,
    origin: 'v0000001',
    number: feed,
    side: 'vessel',
    entity: 'work_order',
    recordId: `0193a1b2-0000-7000-8000-${String(feed).padStart(12, '0')}`,
    operation: 'create',
    fields: { title: 'x' },
    before: null,
    by: 'A. Rossi',
    device: 'bridge',
    at: '2026-01-01T00:00:00.000Z',
    storedAt: '2026-01-01T00:00:00.000Z',
    lane: 'normal',
    applied: 'applied',
    hash: null,
  };
}

function summary(feed: number) {
  return {
    vesselId: 'aurora',
    name: 'MV Aurora',
    online: true,
    presenceSince: null,
    version: null,
    timeZone: null,
    lastContactAt: null,
    feed,
    changesHeld: feed,
    changesWaitingOnBoard: null,
    changesWaitingAshore: 0,
    attachmentsLacking: 0,
    conflicts: 0,
    problems: 0,
    agreement: { state: 'unknown' as const, comparedAt: null, equalAt: null, differing: null },
    claims: [],
    workOrders: { outstanding: 0, overdue: 0 },
  };
}

interface LiveMessage {
  /** All ids, in the order in which they came. */
  ids: string[];
  feeds: number[];
}

interface Client {
  socket: WebSocket;
  told: LiveMessage;
}

function toldTo(socket: WebSocket): LiveMessage {
  const told: LiveMessage = { ids: [], feeds: [] };
  socket.on('message', (data: Buffer) => {
    const { event, payload } = JSON.parse(data.toString('utf8')) as {
      event: string;
      payload: { ids: string[]; feed: number };
    };
    if (event !== 'records.changed') return;
    told.ids.push(...payload.ids);
    if (payload.feed > 0) told.feeds.push(payload.feed);
  });
  return told;
}

describe('the readers of /ws', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage();
    await stage.open();
  });
  afterEach(() => stage.close());

  test('a commit that becomes known before an earlier one of another gateway hides it from nobody', async () => {
    const { told } = await stage.join();
    stage.commit(2, true);
    stage.tell('vessel', [change(2).recordId], 2);
    await until('both', () => told.ids.length === 2);
    stage.tell('vessel', [change(1).recordId], 1);
    await until('the late word', () => told.ids.length === 3);
    expect(told.feeds).toEqual([2]);
    expect(told.ids).toEqual([change(1).recordId, change(2).recordId, change(1).recordId]);
  });

  test('a commit made while the journal is being read is read in the next turn', async () => {
    stage.commit(3);
    stage.beforeAnswer = () => {
      stage.beforeAnswer = () => undefined;
      stage.commit(1);
    };
    const { told } = await stage.join('?after=aurora:0');
    await until('all four', () => told.ids.length === 4);
    expect(told.feeds.at(-1)).toBe(4);
  });

  test('readers that stand at the same place cost one read of the journal for a commit', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => stage.join()));
    stage.reads = 0;
    stage.commit(1);
    await until('all of them told', () => clients.every(({ told }) => told.ids.length === 1));
    expect(stage.reads).toBe(1);
  });

  test('one who was away for very long is told to ask again instead of being told everything', async () => {
    stage.commit(6_000);
    const { told } = await stage.join('?after=aurora:10');
    expect(told.ids).toEqual([]);
    expect(new Set(told.feeds)).toEqual(new Set([6_000]));
    expect(stage.reads).toBe(0);
  });

  test('one that does not read is let go once too much waits for it, and the others are told on', async () => {
    const [deaf, other] = await Promise.all([stage.join(), stage.join()]);
    deaf.socket.pause();
    const closed = once(deaf.socket, 'close');
    const ids = Array.from({ length: 500 }, () => randomUUID());
    for (let round = 0; round < 1_500; round += 1) {
      stage.tell('sync', ids);
      await nextTurn();
    }
    deaf.socket.resume();
    const [code] = (await closed) as [number];
    expect(code).toBe(1006);
    expect(deaf.told.ids.length).toBeLessThan(other.told.ids.length);
    stage.commit(1);
    await until('the other told', () => other.told.ids.includes(change(1).recordId));
  });

  test('one that gives no sign of life between two looks is let go, one that does is not', async () => {
    const [silent, alive] = [await stage.join(), await stage.join()];
    silent.socket.pause();
    const pinged = once(alive.socket, 'ping');
    stage.passTime();
    await pinged;
    await pong(alive.socket);
    const closed = once(silent.socket, 'close');
    stage.passTime();
    silent.socket.resume();
    await closed;
    expect(alive.socket.readyState).toBe(alive.socket.OPEN);
  });
});

/** Waits until the gateway has answered a ping, and with that has heard all that went before it. */
async function pong(socket: WebSocket): Promise<void> {
  socket.send('{"ping":"there?"}');
  for (;;) {
    const [data] = (await once(socket, 'message')) as [Buffer];
    if (data.toString('utf8').includes('there?')) return;
  }
}
