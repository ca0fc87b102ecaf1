import { expect, test } from '@playwright/test';
import { type OpenApp, openApp } from './support/open-app.ts';

let opened: OpenApp;
test.beforeAll(async () => {
  opened = await openApp();
});
test.afterAll(() => opened.close());

test.describe('a page of the desktop app that has been taken over', () => {
  test('sees the bridge, and nothing of Electron or Node', async () => {
    const seen = await opened.page.evaluate(() => ({
      bridge: Object.keys(window.arus ?? {}).toSorted(),
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in window),
    }));
    expect(seen).toEqual({ bridge: ['call', 'installation', 'node', 'on'], node: [] });
  });

  for (const url of [
    'https://example.com/',
    'file:///etc/passwd',
    'app://other/',
    'data:text/html,x',
    'about:blank',
  ]) {
    test(`stays where it is when it tries to go to ${url}`, async () => {
      await opened.page.evaluate((to) => location.assign(to), url).catch(() => {});
      await opened.page.waitForTimeout(300);
      expect(new URL(opened.page.url()).host).toBe('arus');
      expect(await opened.page.title()).toContain('ARUS');
    });

    test(`opens no window for ${url}`, async () => {
      const result = await opened.page.evaluate((to) => window.open(to) === null, url);
      expect(result).toBe(true);
      expect(opened.app.windows()).toHaveLength(1);
    });
  }

  test('hands the system only links that the settings allow', async () => {
    const handed = await opened.app.evaluate(({ shell }) => {
      const urls: string[] = [];
      shell.openExternal = (url) => {
        urls.push(url);
        return Promise.resolve();
      };
      Object.assign(globalThis, { handedToTheSystem: urls });
    });
    expect(handed).toBeUndefined();
    for (const url of [
      'https://manuals.example.com/pump',
      'https://evil.example/',
      'http://manuals.example.com/',
    ]) {
      await opened.page.evaluate((to) => window.open(to), url);
    }
    const urls = await opened.app.evaluate(() => Reflect.get(globalThis, 'handedToTheSystem') as string[]);
    expect(urls).toEqual(['https://manuals.example.com/pump']);
  });

  for (const url of [
    'file:///etc/passwd',
    'https://example.com/',
    'http://127.0.0.1:9/',
    'app://other/index.html',
  ]) {
    test(`cannot read ${url}`, async () => {
      const outcome = await opened.page.evaluate(
        (to) =>
          fetch(to).then(
            (response) => `read: ${response.status}`,
            () => 'refused',
          ),
        url,
      );
      expect(outcome).toBe('refused');
    });
  }

  test('cannot leave the folder of the page', async () => {
    const statuses = await opened.page.evaluate(() =>
      Promise.all(
        ['/..%2fmain%2fmain.js', '/%2e%2e/main/main.js', '/..%5cmain%5cmain.js'].map((path) =>
          fetch(path).then(({ status }) => status),
        ),
      ),
    );
    expect(statuses).toEqual([404, 404, 404]);
  });

  test('gets no permission', async () => {
    const refused = await opened.page.evaluate(async () => ({
      notification: await Notification.requestPermission(),
      microphone: await navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => 'given',
        () => 'refused',
      ),
      position: await new Promise((resolve) => {
        navigator.geolocation.getCurrentPosition(
          () => resolve('given'),
          () => resolve('refused'),
        );
      }),
    }));
    expect(refused).toEqual({ notification: 'denied', microphone: 'refused', position: 'refused' });
  });

  test('cannot run a script that was written into it', async () => {
    const ran = await opened.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.attacked = true';
      document.body.append(script);
      return 'attacked' in window;
    });
    expect(ran).toBe(false);
  });
});

test.describe('the desktop app', () => {
  test('runs its page in a sandbox, and no second copy of itself', async () => {
    const facts = await opened.app.evaluate(({ app, BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const { pid } = window?.webContents.mainFrame
        ? { pid: window.webContents.getOSProcessId() }
        : { pid: 0 };
      const metric = app.getAppMetrics().find((process) => process.pid === pid);
      return { sandboxed: metric?.sandboxed ?? null, locked: app.hasSingleInstanceLock() };
    });
    expect(facts.locked).toBe(true);
    // Only Windows and macOS say whether a process is sandboxed.
    expect(facts.sandboxed).not.toBe(false);
  });

  test('answers its page out of the vessel’s own database, and tells it of every commit', async () => {
    const outcome = await opened.page.evaluate(async () => {
      const { arus } = window;
      if (arus === undefined) return null;
      const told = new Promise((resolve) => {
        arus.on('records.changed', resolve);
      });
      const created = await arus.call({
        id: 1,
        method: 'workOrders.create',
        input: { title: 'Test the horn' },
      });
      return { created, told: await told };
    });
    expect(outcome).toMatchObject({
      created: { ok: true, output: { title: 'Test the horn' } },
      told: { cause: 'local' },
    });
  });

  test('wears the colour of the theme in use', async () => {
    await opened.page.evaluate(() => localStorage.setItem('arus.theme', 'night'));
    await opened.page.reload();
    await expect
      .poll(() => opened.app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors))
      .toBe(true);
    const colour = await opened.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBackgroundColor(),
    );
    expect(colour?.toLowerCase()).toBe('#000000');
  });
});
