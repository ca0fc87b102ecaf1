import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { chromiumPath } from '#support/chromium.ts';
import type { Programs } from '../chaos/programs.ts';

/** What a page holds after its garbage is collected. */
export interface PageFigures {
  heapBytes: number;
  nodes: number;
}

/** Two pages in Chromium, one on board and one ashore, and readers of both ends' sockets. */
export interface Screens {
  read(): Promise<{ ship: PageFigures; office: PageFigures }>;
  /** Resolves when a search on each page finds an order with these words; rejects after a minute. */
  untilShown(words: string): Promise<void>;
  /** Readers whose socket is open now, of how many. */
  connected(): { open: number; of: number };
  close(): Promise<void>;
}

const heapUsage = z.object({ usedSize: z.number() });
const counters = z.object({ nodes: z.number() });
const shownWithin = 60_000;

/**
 * Opens a page on board and one ashore, and so many readers at each end.
 * @param readers sockets at each end beside the pages' own
 */
export async function openScreens({ ship, office }: Programs, readers: number): Promise<Screens> {
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-quic'],
  });
  const sockets = Array.from({ length: readers }, () => [
    new Reader(`${ship.url.replace('http', 'ws')}/ws`, ['arus.v1', `token.${ship.token}`]),
    new Reader(`${office.url.replace('http', 'ws')}/ws?changes=1`, ['arus.v1']),
  ]).flat();
  const onBoard = await browser.newPage();
  await onBoard.goto(`${ship.url}/#token=${ship.token}`);
  const ashore = await browser.newPage();
  await ashore.goto(`${office.url}/`);
  const pages = await Promise.all([onBoard, ashore].map((page) => Inspected.of(page)));
  const [board, shore] = pages;
  if (board === undefined || shore === undefined) throw new Error('A page is missing');
  return {
    async read() {
      return { ship: await board.read(), office: await shore.read() };
    },
    async untilShown(words) {
      await Promise.all([onBoard, ashore].map((page) => untilFound(page, words)));
    },
    connected: () => ({ open: sockets.filter(({ isOpen }) => isOpen).length, of: sockets.length }),
    async close() {
      for (const socket of sockets) socket.close();
      await browser.close();
    },
  };
}

async function untilFound(page: Page, words: string): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type(words);
  await page.getByRole('row').filter({ hasText: words }).first().waitFor({ timeout: shownWithin });
}

class Inspected {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async of(page: Page): Promise<Inspected> {
    return new Inspected(await page.context().newCDPSession(page));
  }

  async read(): Promise<PageFigures> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const { usedSize } = heapUsage.parse(await this.#session.send('Runtime.getHeapUsage'));
    const { nodes } = counters.parse(await this.#session.send('Memory.getDOMCounters'));
    return { heapBytes: usedSize, nodes };
  }
}

/** Somebody who listens, and connects again when the socket closes. */
class Reader {
  readonly #url: string;
  readonly #protocols: string[];
  #socket: WebSocket;
  #closed = false;

  constructor(url: string, protocols: string[]) {
    this.#url = url;
    this.#protocols = protocols;
    this.#socket = this.#connect();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  close(): void {
    this.#closed = true;
    this.#socket.terminate();
  }

  #connect(): WebSocket {
    const socket = new WebSocket(this.#url, this.#protocols);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.#closed) setTimeout(() => (this.#socket = this.#connect()), 1_000).unref();
    });
    return socket;
  }
}
