import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orderRow, untilListed } from '../support/screen.ts';
import { expect, test } from './desktop.ts';

test.describe('the page of the desktop app', () => {
  test('reaches the bridge, and nothing of what the preload script holds', async ({ startDesktop }) => {
    const page = await (await startDesktop()).open();
    const seen = await page.evaluate(() => {
      const { arus } = window;
      const frozen = Object.isFrozen(arus);
      const descriptor = Object.getOwnPropertyDescriptor(window, 'arus');
      const names = [
        'require',
        'process',
        'module',
        'ipcRenderer',
        'electron',
        'standInCarry',
        'standInHear',
      ];
      return {
        frozen,
        replaceable: descriptor?.writable === true || descriptor?.configurable === true,
        call: typeof arus?.call,
        on: typeof arus?.on,
        keys: Object.keys(arus ?? {}).toSorted(),
        others: names.filter((name) => name in window),
      };
    });
    expect(seen).toEqual({
      frozen: true,
      replaceable: false,
      call: 'function',
      on: 'function',
      keys: ['call', 'installation', 'node', 'on'],
      others: [],
    });
  });

  test('gets and gives copies over the bridge, never the other world’s own objects', async ({
    startDesktop,
  }) => {
    const page = await (await startDesktop()).open();
    const outcome = await page.evaluate(async () => {
      const { arus } = window;
      if (arus === undefined) return null;
      const answer = await arus.call({ id: 1, method: 'vessel.info', input: {} });
      const heard = new Promise<unknown>((resolve) => {
        arus.on('records.changed', resolve);
      });
      await arus.call({ id: 2, method: 'workOrders.create', input: { title: 'Test the horn' } });
      const event = await heard;
      let refused = 'taken';
      try {
        void arus.call(Symbol('none') as never);
      } catch (error) {
        refused = String(error);
      }
      return {
        ownAnswer: Object.getPrototypeOf(answer) === Object.prototype,
        ownEvent: Object.getPrototypeOf(event) === Object.prototype,
        // A function of the other world would lead to its `Function`, and so to everything in it.
        ownFunction: arus.call.constructor === Function,
        ownPromise: arus.call({ id: 3, method: 'vessel.info', input: {} }) instanceof Promise,
        refused,
      };
    });
    expect(outcome).toMatchObject({ ownAnswer: true, ownEvent: true, ownFunction: true, ownPromise: true });
    expect(outcome?.refused).toContain('could not be cloned');
  });

  test('has no bridge in a frame within it', async ({ startDesktop }) => {
    const page = await (await startDesktop()).open();
    const inside = await page.evaluate(() => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      return frame.contentWindow === null ? null : 'arus' in frame.contentWindow;
    });
    expect(inside).toBe(false);
  });

  test('opens no window: a link that the settings allow goes to the system, another nowhere', async ({
    startDesktop,
  }) => {
    const ship = await startDesktop({ settings: { openLinksTo: ['manuals.example.com'] } });
    const page = await ship.open();
    const opened = await page.evaluate(() =>
      ['https://manuals.example.com/pump', 'https://evil.example/', 'app://arus/'].map(
        (url) => window.open(url) !== null,
      ),
    );
    expect(opened).toEqual([false, false, false]);
    await page.evaluate(() => {
      const link = Object.assign(document.createElement('a'), {
        href: 'https://evil.example/by-link',
        target: '_blank',
        textContent: 'Manual',
      });
      document.body.append(link);
      link.click();
    });
    await expect.poll(() => ship.window.verdicts.filter(({ what }) => what === 'popup')).toHaveLength(4);
    expect(ship.window.verdicts.every(({ refused }) => refused)).toBe(true);
    expect(await ship.app.askedFor('shell.openExternal')).toEqual([
      { url: 'https://manuals.example.com/pump' },
    ]);
    await expect.poll(() => page.context().pages().length).toBe(1);
  });

  test('stays where it is, whatever tries to take it elsewhere', async ({ startDesktop }) => {
    const ship = await startDesktop();
    const page = await ship.open();
    await page.evaluate(() => location.assign('https://evil.example/'));
    await expect
      .poll(() => ship.window.verdicts)
      .toEqual([{ what: 'navigation', url: 'https://evil.example/', refused: true }]);
    await untilListed(page);
  });

  test('that falls over comes back by itself, with the vessel untouched', async ({ startDesktop }) => {
    const ship = await startDesktop();
    const page = await ship.open('Second engineer');
    await orderRow(page, 'Overspeed trip').click();
    await Promise.all([page.waitForEvent('crash'), page.goto('chrome://crash').catch(() => {})]);
    const again = await ship.window.page();
    await untilListed(again);
    await orderRow(again, 'Overspeed trip').click();
    await again.keyboard.press('2');
    await expect(orderRow(again, 'Overspeed trip')).toContainText('In progress');
    expect(await ship.app.askedFor('window.loadURL')).toHaveLength(2);
    expect(readFileSync(join(ship.home, 'logs', 'arus.log'), 'utf8')).toContain(
      'The process of the page ended.',
    );
  });

  test('has the size of its window, which a second start brings to the front', async ({ startDesktop }) => {
    const ship = await startDesktop();
    const page = await ship.open();
    const size = () => page.evaluate(() => [innerWidth, innerHeight]);
    expect(await size()).toEqual([1280, 800]);
    await ship.app.do({ do: 'move window', bounds: { x: 10, y: 20, width: 1000, height: 700 } });
    await expect.poll(size).toEqual([1000, 700]);
    await ship.app.do({ do: 'focus window', focused: false });
    await ship.app.do({ do: 'second instance' });
    expect(await ship.app.askedFor('window.focus')).toHaveLength(1);
  });
});
