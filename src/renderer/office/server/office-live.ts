import { type StoreApi, createStore } from 'zustand/vanilla';
import { type OfficeChanged, officeLiveMessage } from '#shared/office/live.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';

/** How the page stands with the gateway: not to be mixed up with a ship's link. */
export interface LiveState {
  phase: 'connecting' | 'open' | 'lost';
  /** When this phase began, milliseconds since 1970. */
  since: number;
}

export interface OfficeLive {
  store: StoreApi<LiveState>;
  /** Returns what ends the subscription. */
  onChanged(listener: (change: OfficeChanged) => void): () => void;
  /** The gateway is there, for the first time or again. */
  onOpen(listener: () => void): () => void;
  start(): void;
}

const firstRetryMs = 500;
const longestRetryMs = 10_000;
const heartbeatMs = 20_000;

/** Hears of every committed change; after a break it goes on where it stood, so that nothing is missed. */
export function createOfficeLive(options: {
  /** `ws://host:port/ws` */
  url: string;
  key: () => string | null;
  clock: Clock;
}): OfficeLive {
  const { url, key, clock } = options;
  const store = createStore<LiveState>(() => ({ phase: 'connecting', since: clock.now() }));
  const changedListeners = new Set<(change: OfficeChanged) => void>();
  const openListeners = new Set<() => void>();
  const feeds = new Map<string, number>();
  let retryMs = firstRetryMs;

  function become(phase: LiveState['phase']): void {
    if (store.getState().phase !== phase) store.setState({ phase, since: clock.now() });
  }

  function receive(text: unknown): void {
    const message = typeof text === 'string' ? officeLiveMessage.safeParse(readJson(text)) : null;
    if (message?.success !== true || !('event' in message.data)) return;
    if (message.data.event === 'feed.position') {
      feeds.clear();
      for (const { vesselId, feed } of message.data.payload.vessels) feeds.set(vesselId, feed);
      for (const listener of openListeners) listener();
      return;
    }
    const change = message.data.payload;
    feeds.set(change.vesselId, Math.max(feeds.get(change.vesselId) ?? 0, change.feed));
    for (const listener of changedListeners) listener(change);
  }

  function connect(): void {
    const apiKey = key();
    const after = [...feeds].map(([vesselId, feed]) => `${vesselId}:${feed}`).join(',');
    const address = after === '' ? url : `${url}?${new URLSearchParams({ after }).toString()}`;
    const socket = new WebSocket(address, apiKey === null ? ['arus.v1'] : ['arus.v1', `token.${apiKey}`]);
    let cancelBeat: Cancel = () => {};
    let heard = true;

    const beat = (): void => {
      cancelBeat = clock.after(heartbeatMs, () => {
        if (!heard) {
          socket.close();
          return;
        }
        heard = false;
        socket.send('{"ping":1}');
        beat();
      });
    };
    socket.addEventListener('open', () => {
      retryMs = firstRetryMs;
      become('open');
      beat();
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      heard = true;
      receive(event.data);
    });
    socket.addEventListener('close', () => {
      cancelBeat();
      become('lost');
      clock.after(retryMs, connect);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    });
  }

  return {
    store,
    onChanged(listener) {
      changedListeners.add(listener);
      return () => changedListeners.delete(listener);
    },
    onOpen(listener) {
      openListeners.add(listener);
      return () => openListeners.delete(listener);
    },
    start: connect,
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
