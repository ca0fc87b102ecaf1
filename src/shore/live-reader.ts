import type { WebSocket } from 'ws';
import { parseBoundedJson } from '#shared/bounded-json.ts';
import type { ContractError } from '#shared/contract/envelope.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Log } from '#shared/ports.ts';
import { officeLiveRequest, type OfficeChanged, type OfficeLiveMessage } from '#shared/office/live.ts';
import { ShoreFailure } from './failure.ts';
import type { Committed, JournalItem, JournalPage, ShoreService } from './service.ts';

/** Bytes that may wait for a reader; one that takes longer is let go and comes back with `?after=`. */
const waitingLimit = 4 * 1024 * 1024;
/** Changes that are told one by one to a reader who was away; of more it is told to ask again. */
const backlogLimit = 5_000;

export interface LiveReaderOptions {
  socket: WebSocket;
  service: Pick<ShoreService, 'vessels'>;
  /** Reads on in a vessel's journal; readers that stand at the same place share one read. */
  readJournal(vesselId: string, after: number): Promise<JournalPage>;
  log: Log;
  /** Its address, for the log. */
  from: string;
  /** The vessels it wants to hear of; null for all. */
  vessels: ReadonlySet<string> | null;
  /** Where it stood, by vessel. */
  after: ReadonlyMap<string, number>;
  /** Whether it wants to know what was changed, not only which records. */
  wantsChanges: boolean;
}

/**
 * One client of `/ws`: what it has been told, and whether it still listens. What it is told of changes always comes
 * from the journal, from where it stands on: a commit is only the reason to look, since commits of several gateways
 * become known in any order.
 */
export class LiveReader {
  readonly #options: LiveReaderOptions;
  /** Per vessel the running number up to which it has been told everything. */
  readonly #told = new Map<string, number>();
  /** Vessels whose journal is being read for it. */
  readonly #reading = new Set<string>();
  /** Vessels of which more was committed before the start or while their journal was being read. */
  readonly #missed = new Set<string>();
  #started = false;
  #alive = true;
  #mistaken = false;

  constructor(options: LiveReaderOptions) {
    this.#options = options;
    const { socket } = options;
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('message', (data, binary) => {
      this.#alive = true;
      this.#answer(!binary && Buffer.isBuffer(data) ? data.toString('utf8') : null);
    });
    socket.on('error', (error) =>
      options.log.debug({ err: error, from: options.from }, 'A reader of /ws broke off'),
    );
  }

  /** Tells where everything stands, then what was missed. */
  async start(): Promise<void> {
    const { after, log, from } = this.#options;
    try {
      const vessels = (await this.#options.service.vessels()).filter(({ vesselId }) => this.#wants(vesselId));
      for (const { vesselId, feed } of vessels) {
        this.#told.set(vesselId, Math.min(after.get(vesselId) ?? feed, feed));
      }
      this.#send({
        event: 'feed.position',
        payload: { vessels: [...this.#told].map(([vesselId, feed]) => ({ vesselId, feed })) },
      });
      this.#started = true;
      for (const { vesselId, feed } of vessels) {
        // A reader that knows more than we do has read from a database that has since been restored.
        if ((after.get(vesselId) ?? 0) > feed) this.#tellToAskAgain(vesselId, feed);
        this.#reach(vesselId, feed);
      }
      for (const vesselId of this.#missed) this.#read(vesselId);
      log.debug({ from, vessels: vessels.length }, 'A reader joined /ws');
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Something was committed, or an acknowledgement moved. */
  tell({ vesselId, entity, ids, feed, cause }: Committed): void {
    if (!this.#wants(vesselId)) return;
    if (!this.#started) {
      this.#missed.add(vesselId);
      return;
    }
    if (cause !== 'sync' && feed > this.#toldOf(vesselId)) this.#reach(vesselId, feed);
    else this.#send({ event: 'records.changed', payload: { vesselId, entity, ids, feed: 0, cause } });
  }

  /** Asks for a sign of life; a reader that has not given one since the last time is let go. */
  beat(): void {
    if (!this.#alive) {
      this.#options.log.info(
        { from: this.#options.from },
        'A reader of /ws gave no sign of life and was let go',
      );
      this.#options.socket.terminate();
      return;
    }
    this.#alive = false;
    this.#options.socket.ping();
  }

  /** Says goodbye: it may come back with `?after=`. */
  end(): void {
    this.#options.socket.close(1001, 'The gateway is closing');
  }

  drop(): void {
    this.#options.socket.terminate();
  }

  #wants(vesselId: string): boolean {
    return this.#options.vessels?.has(vesselId) ?? true;
  }

  #toldOf(vesselId: string): number {
    return this.#told.get(vesselId) ?? 0;
  }

  #reach(vesselId: string, feed: number): void {
    const told = this.#toldOf(vesselId);
    if (feed <= told) return;
    if (feed - told > backlogLimit && !this.#reading.has(vesselId)) this.#tellToAskAgain(vesselId, feed);
    else this.#read(vesselId);
  }

  #read(vesselId: string): void {
    if (this.#reading.has(vesselId)) {
      this.#missed.add(vesselId);
      return;
    }
    this.#reading.add(vesselId);
    this.#catchUp(vesselId).catch((error: unknown) => this.#fail(error));
  }

  async #catchUp(vesselId: string): Promise<void> {
    do {
      this.#missed.delete(vesselId);
      let more = true;
      while (more && this.#isOpen) {
        const after = this.#toldOf(vesselId);
        const page = await this.#options.readJournal(vesselId, after);
        const events = eventsOf(page.items, this.#options.wantsChanges);
        // The end of the page is what the reader is up to, also where its last changes could not be applied.
        const last = events.at(-1);
        if (last !== undefined) last.feed = page.nextAfter;
        for (const event of events) await this.#sendPaced({ event: 'records.changed', payload: event });
        this.#told.set(vesselId, Math.max(after, page.nextAfter));
        ({ more } = page);
      }
    } while (this.#missed.has(vesselId) && this.#isOpen);
    // In the same step as the last look, so that no commit can fall between the two.
    this.#reading.delete(vesselId);
  }

  #tellToAskAgain(vesselId: string, feed: number): void {
    for (const { entity } of recordSpecs) {
      this.#send({ event: 'records.changed', payload: { vesselId, entity, ids: [], feed, cause: 'vessel' } });
    }
    this.#told.set(vesselId, feed);
  }

  get #isOpen(): boolean {
    return this.#options.socket.readyState === this.#options.socket.OPEN;
  }

  #send(message: OfficeLiveMessage): void {
    const { socket, log, from } = this.#options;
    if (!this.#isOpen) return;
    if (socket.bufferedAmount > waitingLimit) {
      log.warn({ from, bytes: socket.bufferedAmount }, 'A reader of /ws was too slow and was let go');
      socket.terminate();
      return;
    }
    socket.send(JSON.stringify(message));
  }

  /** Sends and waits until the operating system took it, so that a long backlog does not pile up here. */
  #sendPaced(message: OfficeLiveMessage): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    return new Promise((resolve) => {
      this.#options.socket.send(JSON.stringify(message), () => resolve());
    });
  }

  #answer(text: string | null): void {
    const request = officeLiveRequest.safeParse(readJson(text));
    if (request.success) this.#send({ pong: request.data.ping });
    else {
      this.#tellMistake();
      this.#send({
        error: {
          code: 'invalid_input',
          message:
            'This was not understood. /ws takes JSON text of the form {"ping": 1} and tells what changes.',
          retryable: false,
        },
      });
    }
  }

  /** Once for a reader: it may send as much of that as it likes. */
  #tellMistake(): void {
    if (this.#mistaken) return;
    this.#mistaken = true;
    const { log, from } = this.#options;
    log.warn({ from }, 'A reader of /ws sent something that is not understood');
  }

  #fail(error: unknown): void {
    const { log, from, socket } = this.#options;
    log.warn({ err: error, from }, 'A reader of /ws could not be served');
    const known: ContractError =
      error instanceof ShoreFailure
        ? { code: error.code, message: error.message, retryable: true }
        : { code: 'internal', message: 'The gateway could not go on. Connect again.', retryable: true };
    this.#send({ error: known });
    socket.close(1011, 'Connect again');
  }
}

/** What a stretch of the journal changed, by kind of record; none of them moves the reader on yet. */
function eventsOf(items: readonly JournalItem[], withChanges: boolean): OfficeChanged[] {
  const groups = new Map<string, JournalItem[]>();
  for (const item of items) {
    if (item.applied !== 'applied') continue;
    const key = `${item.entity}/${item.side}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { vesselId, entity, side } = first;
    const ids = [...new Set(group.map(({ recordId }) => recordId))];
    return [
      {
        vesselId,
        entity,
        ids,
        feed: 0,
        cause: side,
        ...(withChanges ? { changes: group.map(changeOf) } : {}),
      },
    ];
  });
}

function changeOf({ feed, recordId, operation, fields, by, at }: JournalItem) {
  return { feed, id: recordId, operation, fields: Object.keys(fields), by, at };
}

function readJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return parseBoundedJson(text, { depth: 4, items: 100 });
  } catch {
    return undefined;
  }
}
