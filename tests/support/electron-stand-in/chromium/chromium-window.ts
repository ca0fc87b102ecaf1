import { readFileSync } from 'node:fs';
import type { BrowserContext, CDPSession, Page, Request, Route } from 'playwright-core';
import type { DesktopApp } from '../desktop-app.ts';
import type { Answer, WindowAct } from '../commands.ts';
import {
  type Carried,
  type Heard,
  carryName,
  hearName,
  isolatedWorldName,
  pageScript,
  preloadScript,
} from './worlds.ts';

/** Where the page stands in a Chromium that does not know the app's scheme; nothing of it reaches a network. */
const origin = 'https://arus.localhost';
const appOrigin = 'app://arus';

/** What Chromium calls a permission, and what Electron calls it. */
const permissions = [
  ['clipboard-write', 'clipboard-sanitized-write'],
  ['clipboard-read', 'clipboard-read'],
  ['notifications', 'notifications'],
  ['geolocation', 'geolocation'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['midi', 'midi'],
] as const;

/** Something that the app refused or let go, which a browser would have done without asking anybody. */
export interface Verdict {
  what: 'download' | 'popup' | 'navigation' | 'request';
  url: string;
  refused: boolean;
}

/**
 * The window of a desktop app, its page in a real Chromium. The app must have been told that its page is elsewhere, and
 * this be made at once with it.
 */
export class ChromiumWindow {
  /** What the app was asked beyond its own scheme, in order. */
  readonly verdicts: Verdict[] = [];
  /** Channels and arguments of every call that the page made. */
  readonly calls: { channel: string; args: unknown[] }[] = [];
  /** Resolves when the app wants its page. */
  readonly wanted: Promise<void>;
  private readonly opened = Promise.withResolvers<BrowserContext>();
  private current: Page | null = null;
  private waiting = awaitedPage();
  private session: CDPSession | null = null;
  /** Of the isolated world in the top frame as it is now. */
  private contextId: number | null = null;
  private readonly blobs = new Map<string, string>();
  private loads = false;
  private opens = false;
  private readonly app: DesktopApp;
  private listen: (page: Page) => void = () => {};
  private bounds = { width: 1280, height: 800 };

  constructor(app: DesktopApp) {
    this.app = app;
    const wanted = Promise.withResolvers<void>();
    this.wanted = wanted.promise;
    this.wanted.catch(() => {});
    app.onWindow((act) => {
      if (act.act === 'load') wanted.resolve();
      this.take(act).catch((error: unknown) => this.waiting.reject(error));
    });
    app.onSent((channel, args) => this.hear({ sent: channel, args }));
    void app.exited.then(({ code, stderr }) => {
      const ended = new Error(`The app ended with code ${code}:\n${stderr}`);
      wanted.reject(ended);
      this.waiting.reject(ended);
      // However it ended, its window goes with it.
      this.current?.close().catch(() => {});
    });
  }

  /**
   * Shows the window; until then the app waits for its page.
   * @param listen hears of each page before anything is loaded in it
   */
  async open(context: BrowserContext, listen: (page: Page) => void = () => {}): Promise<Page> {
    this.listen = listen;
    await context.route('**', (route, request) => this.answer(route, request));
    // Of a link that opens in a window of its own, where the page does not ask by `window.open`.
    context.on('page', (page) => {
      if (!this.opens) page.close().catch(() => {});
    });
    this.opened.resolve(context);
    return this.page();
  }

  /** The page once it has loaded; after a crash, the one that the app brought back. */
  page(): Promise<Page> {
    return this.waiting.promise;
  }

  private async take(act: WindowAct): Promise<void> {
    switch (act.act) {
      case 'load':
        await this.load(act.url, act.preload);
        break;
      case 'bounds':
        this.bounds = act.bounds;
        await this.current?.setViewportSize(act.bounds);
        break;
      case 'close':
        await this.current?.close();
        break;
    }
  }

  private async load(url: string, preload: string): Promise<void> {
    this.current ??= await this.newPage(preload);
    const page = this.current;
    this.loads = true;
    try {
      await page.goto(url.replace(appOrigin, origin));
    } catch (error) {
      if (this.current !== page) return;
      await this.app.do({ do: 'page failed', url, description: String(error) });
      return;
    } finally {
      this.loads = false;
    }
    this.waiting.resolve(page);
  }

  private async newPage(preload: string): Promise<Page> {
    const context = await this.opened.promise;
    this.opens = true;
    const page = await context.newPage();
    this.opens = false;
    await page.setViewportSize(this.bounds);
    const session = await context.newCDPSession(page);
    this.session = session;
    session.on('Runtime.executionContextCreated', ({ context: { id, name, auxData } }) => {
      const { frameId } = (auxData ?? {}) as { frameId?: string };
      if (name === isolatedWorldName && frameId === mainFrame) this.contextId = id;
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.contextId) this.contextId = null;
    });
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === carryName) void this.carry(JSON.parse(payload) as Carried, executionContextId);
    });
    session.on('Page.windowOpen', ({ url }) => void this.openOutside(url));
    const { frameTree } = await session.send('Page.getFrameTree');
    const mainFrame = frameTree.frame.id;
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: carryName, executionContextName: isolatedWorldName });
    await session.send('Page.enable');
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript() });
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: preloadScript(readFileSync(preload, 'utf8')),
      worldName: isolatedWorldName,
    });
    await this.setPermissions(session);
    page.on('load', () => void this.app.do({ do: 'page loaded', url: appUrl(page.url()) }).catch(() => {}));
    page.on('download', (download) => void this.download(download));
    page.on('crash', () => {
      this.current = null;
      this.session = null;
      this.contextId = null;
      this.waiting = awaitedPage();
      this.app.do({ do: 'page dies', reason: 'crashed' }).catch(() => {});
    });
    this.listen(page);
    return page;
  }

  /** Chromium asks nobody: it is told beforehand what the app says. */
  private async setPermissions(session: CDPSession): Promise<void> {
    for (const [name, permission] of permissions) {
      const verdict = (await this.app.do({ do: 'ask permission', permission })) as {
        requested: boolean;
        checked: boolean;
      };
      const setting = verdict.requested && verdict.checked ? 'granted' : 'denied';
      await session.send('Browser.setPermission', { origin, permission: { name }, setting });
    }
  }

  private async answer(route: Route, request: Request): Promise<void> {
    const url = appUrl(request.url());
    const verdict = { url, refused: true };
    try {
      if (request.isNavigationRequest() && !this.loads) {
        const frame = request.frame();
        const isTop = frame.parentFrame() === null;
        const held = await this.app.do({
          do: 'navigate',
          event: isTop ? 'will-navigate' : 'will-frame-navigate',
          url,
        });
        if (held === true) {
          this.verdicts.push({ what: 'navigation', ...verdict });
          await route.abort('aborted');
          return;
        }
      }
      if (await this.app.do({ do: 'fetch', url })) {
        this.verdicts.push({ what: 'request', ...verdict });
        await route.abort('blockedbyclient');
        return;
      }
      if (!url.startsWith(`${appOrigin}/`)) {
        // Let go by the app, and off the machine all the same: nothing of a test reaches a network.
        this.verdicts.push({ what: 'request', url, refused: false });
        await route.abort('addressunreachable');
        return;
      }
      const { status, headers, body }: Answer = await this.app.request(url, request.method());
      await route.fulfill({ status, headers, body: Buffer.from(body) });
    } catch {
      // The app or the page has ended meanwhile.
      await route.abort().catch(() => {});
    }
  }

  private async openOutside(url: string): Promise<void> {
    const action = await this.app.do({ do: 'open', url: appUrl(url) }).catch(() => 'deny');
    this.verdicts.push({ what: 'popup', url: appUrl(url), refused: action === 'deny' });
  }

  private async download(download: {
    url(): string;
    suggestedFilename(): string;
    cancel(): Promise<void>;
  }): Promise<void> {
    const type = this.blobs.get(download.url()) ?? '';
    const url = download.url().replace(origin, appOrigin);
    const name = download.suggestedFilename();
    const refused = (await this.app.do({ do: 'download', url, name, type })) === true;
    this.verdicts.push({ what: 'download', url: name, refused });
    if (refused) await download.cancel();
  }

  private async carry(carried: Carried, contextId: number): Promise<void> {
    if ('colour' in carried) {
      if (carried.colour !== null)
        await this.app.do({ do: 'show colours', colours: [carried.colour] }).catch(() => {});
      return;
    }
    if ('popup' in carried) {
      await this.openOutside(carried.popup);
      return;
    }
    if ('blob' in carried) {
      this.blobs.set(carried.blob.url, carried.blob.type);
      return;
    }
    const { id, channel, args } = carried.invoke;
    this.calls.push({ channel, args });
    // A preload script runs in the top frame alone, and so only that can call.
    const frame =
      contextId === this.contextId ? { url: appUrl(this.current?.url() ?? ''), inside: false } : null;
    try {
      const value = await this.app.call(channel, args, { page: 'window', frame });
      this.hear({ answer: id, value: value ?? null }, contextId);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.hear(
        { answer: id, error: `Error invoking remote method '${channel}': Error: ${words}` },
        contextId,
      );
    }
  }

  /** Told to no one where the document has gone meanwhile, as in Electron. */
  private hear(heard: Heard, contextId = this.contextId): void {
    if (contextId === null) return;
    this.session
      ?.send('Runtime.evaluate', { expression: `${hearName}(${JSON.stringify(heard)})`, contextId })
      .catch(() => {});
  }
}

function awaitedPage(): PromiseWithResolvers<Page> {
  const awaited = Promise.withResolvers<Page>();
  awaited.promise.catch(() => {});
  return awaited;
}

function appUrl(url: string): string {
  return url === origin || url.startsWith(`${origin}/`) ? url.replace(origin, appOrigin) : url;
}
