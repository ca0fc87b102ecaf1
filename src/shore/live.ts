import type { WebSocket } from 'ws';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { OfficeChanged } from '#shared/office/live.ts';
import { vesselId } from '#shared/sync/topics.ts';
import { ShoreFailure } from './failure.ts';
import { LiveReader } from './live-reader.ts';
import type { Committed, ShoreService } from './service.ts';

export const liveProtocol = 'arus.v1';
/** Bytes that a reader may send in one message; all it has to say is `ping`. */
export const liveMessageLimit = 4 * 1024;

/** How often a reader has to show that it lives, ms. */
const heartbeatMs = 25_000;
/** How often to look for changes that another gateway committed, ms. */
const otherGatewaysMs = 5_000;

export interface Live {
  /**
   * Lets a reader in.
   * @param query `vessel=ID` (any number) to hear of these vessels only; `after=ID:FEED` (any number), or
   * `after=FEED` with one vessel, to be told first what was committed since
   */
  add(socket: WebSocket, query: URLSearchParams, from: string): void;
  close(): void;
}

/** Pushes every committed change to whoever is connected to `/ws`. */
export function createLive(service: ShoreService, environment: Environment): Live {
  const readers = new Set<LiveReader>();
  const gathered: Committed[] = [];
  const timers = new Set<Cancel>();
  let closed = false;

  const stop = service.onCommitted((event) => {
    // What one commit changed is told in one run of the event loop, so a reader either gets all of it or none.
    if (gathered.push(event) === 1) queueMicrotask(deliver);
  });

  function deliver(): void {
    const events = inOneStep(gathered.splice(0));
    for (const reader of readers) for (const event of events) reader.tell(event);
  }

  function repeat(everyMs: number, action: () => void): void {
    const again = (): void => {
      const cancel = environment.after(everyMs, () => {
        timers.delete(cancel);
        if (closed) return;
        action();
        again();
      });
      timers.add(cancel);
    };
    again();
  }

  repeat(heartbeatMs, () => {
    for (const reader of readers) reader.beat();
  });
  repeat(otherGatewaysMs, () => {
    if (readers.size === 0) return;
    service.vessels().then(
      (vessels) => {
        for (const reader of readers)
          for (const vessel of vessels) reader.reach(vessel.vesselId, vessel.feed);
      },
      (error: unknown) => environment.log.debug({ err: error }, 'The vessels could not be read for /ws'),
    );
  });

  return {
    add(socket, query, from) {
      let wish: ReturnType<typeof wishOf>;
      try {
        wish = wishOf(query);
      } catch (error) {
        refuse(socket, error);
        return;
      }
      const reader = new LiveReader({ socket, service, log: environment.log, from, ...wish });
      readers.add(reader);
      socket.on('close', () => readers.delete(reader));
      void reader.start();
    },
    close() {
      closed = true;
      stop();
      for (const cancel of timers) cancel();
      for (const reader of readers) reader.end(1001, 'The gateway is closing');
    },
  };
}

/** Only the last event of a commit may move a reader on: one that is cut off before it asks for all again. */
function inOneStep(events: readonly Committed[]): OfficeChanged[] {
  const last = new Map(events.map((event, index) => [event.vesselId, index]));
  return events.map((event, index) => ({
    ...event,
    feed: last.get(event.vesselId) === index ? event.feed : 0,
  }));
}

function wishOf(query: URLSearchParams): {
  vessels: ReadonlySet<string> | null;
  after: ReadonlyMap<string, number>;
} {
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
  return { vessels, after };
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
