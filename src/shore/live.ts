import type { WebSocket } from 'ws';
import type { Cancel, Environment } from '#shared/ports.ts';
import { vesselId } from '#shared/sync/topics.ts';
import { ShoreFailure } from './failure.ts';
import { LiveReader, type LiveReaderOptions } from './live-reader.ts';
import type { JournalPage, ShoreService } from './service.ts';

export const liveProtocol = 'arus.v1';
/** Bytes that a reader may send in one message; all it has to say is `ping`. */
export const liveMessageLimit = 4 * 1024;

/** How often a reader has to show that it lives, ms. */
const heartbeatMs = 25_000;
/** How long a reader may take to answer our goodbye, ms. */
const goodbyeMs = 1_000;
/** Changes that are read at once, and told in one event at most. */
const pageSize = 500;

export interface Live {
  /**
   * Lets a reader in.
   * @param query `vessel=ID` (any number) to hear of these vessels only; `after=ID:FEED` (any number), or
   * `after=FEED` with one vessel, to be told first what was committed since; `changes=1` to be told what was changed
   */
  add(socket: WebSocket, query: URLSearchParams, from: string): void;
  close(): void;
}

/** Pushes every committed change to whoever is connected to `/ws`. */
export function createLive(
  service: Pick<ShoreService, 'vessels' | 'journal' | 'onCommitted'>,
  environment: Environment,
): Live {
  const readers = new Set<LiveReader>();
  const reads = new Map<string, Promise<JournalPage>>();
  let cancelBeat: Cancel = () => {};

  const stop = service.onCommitted((event) => {
    for (const reader of readers) reader.tell(event);
  });

  /** One read for all readers that stand at the same place and learn of the same commit. */
  function readJournal(vesselId: string, after: number): Promise<JournalPage> {
    const key = `${vesselId}:${after}`;
    const under = reads.get(key);
    if (under !== undefined) return under;
    const read = service.journal({ vesselId, after, limit: pageSize });
    reads.set(key, read);
    // Whoever learns of a later commit must not be given what was read before it.
    queueMicrotask(() => reads.delete(key));
    return read;
  }

  function beat(): void {
    cancelBeat = environment.after(heartbeatMs, () => {
      for (const reader of readers) reader.beat();
      beat();
    });
  }
  beat();

  return {
    add(socket, query, from) {
      let wish: ReturnType<typeof wishOf>;
      try {
        wish = wishOf(query);
      } catch (error) {
        refuse(socket, error);
        return;
      }
      const reader = new LiveReader({ socket, service, readJournal, log: environment.log, from, ...wish });
      readers.add(reader);
      socket.on('close', () => readers.delete(reader));
      void reader.start();
    },
    close() {
      stop();
      cancelBeat();
      for (const reader of readers) {
        reader.end();
        environment.after(goodbyeMs, () => reader.drop());
      }
    },
  };
}

function wishOf(query: URLSearchParams): Pick<LiveReaderOptions, 'vessels' | 'after' | 'wantsChanges'> {
  const named = query.getAll('vessel');
  const vessels = named.length === 0 ? null : new Set(named.map((id) => parseVessel(id)));
  const after = new Map<string, number>();
  for (const text of query.getAll('after').flatMap((each) => each.split(','))) {
    const [, id = named.length === 1 ? named[0] : undefined, feed] =
      /^(?:([^:]+):)?(\d{1,15})$/.exec(text) ?? [];
    if (id === undefined || feed === undefined) {
      throw invalid('after', 'Give it as VESSEL:FEED, or as FEED together with one ?vessel=ID');
    }
    after.set(parseVessel(id), Number(feed));
  }
  return { vessels, after, wantsChanges: query.get('changes') === '1' };
}

function parseVessel(text: string): string {
  const parsed = vesselId.safeParse(text);
  if (!parsed.success) throw invalid('vessel', parsed.error.issues[0]?.message ?? 'Not a vessel');
  return parsed.data;
}

function invalid(path: string, message: string): ShoreFailure {
  return new ShoreFailure('invalid_input', 'Something in the address of /ws is not right.', {
    details: [{ path, message }],
  });
}

function refuse(socket: WebSocket, error: unknown): void {
  const failure = error instanceof ShoreFailure ? error : invalid('', String(error));
  const { code, message, retryable, details = [] } = failure;
  socket.send(JSON.stringify({ error: { code, message, retryable, details } }));
  socket.close(1008, 'Invalid address');
}
