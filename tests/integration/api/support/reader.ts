import { WebSocket } from 'ws';
import { officeLiveMessage, type OfficeChanged, type OfficeLiveMessage } from '#shared/office/live.ts';
import { until } from '#support/until.ts';

/** A client of `/ws`, and all that came to it so far. */
export interface Reader {
  readonly socket: WebSocket;
  readonly messages: readonly OfficeLiveMessage[];
  /** Committed changes that it was told of. */
  changes(): OfficeChanged[];
  /** Up to where it stands in that vessel's feed. */
  position(vesselId: string): number;
  /** Waits for a change that fits. */
  change(what: string, fits: (change: OfficeChanged) => boolean): Promise<OfficeChanged>;
  readonly closed: Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}

/** Opens `/ws` and waits until it was told where the feeds stand; rejects with the status when it is turned away. */
export async function openReader(
  port: number,
  query = '',
  options: { protocols?: string[]; headers?: Record<string, string> } = {},
): Promise<Reader> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws${query}`, options.protocols ?? ['arus.v1'], {
    headers: options.headers ?? {},
  });
  const messages: OfficeLiveMessage[] = [];
  socket.on('message', (data: Buffer) => {
    messages.push(officeLiveMessage.parse(JSON.parse(data.toString('utf8'))));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) =>
      reject(new Error(`turned away with ${response.statusCode}`)),
    );
    socket.once('error', reject);
    socket.once('open', () => resolve());
  });
  socket.on('error', () => undefined);
  const changes = (): OfficeChanged[] =>
    messages.flatMap((message) =>
      'event' in message && message.event === 'records.changed' ? [message.payload] : [],
    );
  const positions = (): { vesselId: string; feed: number }[] =>
    messages.flatMap((message) =>
      'event' in message && message.event === 'feed.position' ? [...message.payload.vessels] : [],
    );
  await until('the first word over /ws', () => messages.length > 0);
  return {
    socket,
    messages,
    changes,
    position: (vesselId) =>
      Math.max(
        0,
        ...[...positions(), ...changes()]
          .filter((each) => each.vesselId === vesselId)
          .map(({ feed }) => feed),
      ),
    change: (what, fits) => until(what, () => changes().find(fits)),
    closed,
    async close() {
      socket.close();
      await closed;
    },
  };
}
