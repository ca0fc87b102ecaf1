import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { projectRoot } from '#support/project.ts';

let bridge: Bridge;
let app: DesktopApp;
beforeAll(async () => {
  bridge = new Bridge();
  app = await bridge.start({
    settings: { ...polaris, openLinksTo: ['manuals.example.com', 'x.example:8443'] },
  });
});
afterAll(() => bridge.leave());

describe('the app scheme', () => {
  test('is a standard, secure one that bypasses no policy, and was declared before the app was ready', async () => {
    expect(await app.askedFor('protocol.registerSchemesAsPrivileged')).toEqual([
      [
        {
          scheme: 'app',
          privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
        },
      ],
    ]);
    expect(await app.askedFor('protocol.handle')).toEqual([{ scheme: 'app' }]);
  });

  test('serves the built page under a policy that lets it load its own files only', async () => {
    const { status, headers, body } = await app.request('app://arus/');
    expect(status).toBe(200);
    expect(Buffer.from(body)).toEqual(readFileSync(join(projectRoot, 'out', 'renderer', 'index.html')));
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = headers['content-security-policy'] ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('gives scripts the type that a module must have', async () => {
    const { status, headers } = await app.request('app://arus/theme.js?v=1#x');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  test('answers a question for the headers alone without the content', async () => {
    const { status, headers, body } = await app.request('app://arus/', 'HEAD');
    expect(status).toBe(200);
    expect(Number(headers['content-length'])).toBeGreaterThan(100);
    expect(body).toHaveLength(0);
  });

  test.each([
    '../main/main.js',
    '..%2fmain%2fmain.js',
    '%2e%2e/main/main.js',
    '%2e%2e%2fmain%2fmain.js',
    'assets/../../main/main.js',
    'assets/..%2f..%2fmain%2fmain.js',
    '..%5cmain%5cmain.js',
    '..\\main\\main.js',
    '%2fetc%2fpasswd',
    '/etc/passwd',
    '//etc/passwd',
    'index.html%00.js',
    'C:%5cWindows%5cwin.ini',
    'C:/Windows/win.ini',
    'index.html::$DATA',
    '%c0%ae%c0%ae/main/main.js',
    '%',
    'assets',
    'missing.js',
  ])('gives nothing outside of the page for /%s', async (path) => {
    const { status, body } = await app.request(`app://arus/${path}`);
    expect(status).toBe(404);
    expect(body).toHaveLength(0);
  });

  test.each(['app://other/', 'app://arus:81/', 'app://arus.example.com/'])(
    'gives nothing under another name: %s',
    async (url) => {
      expect((await app.request(url)).status).toBe(404);
    },
  );

  test.each(['POST', 'PUT', 'DELETE'])('takes nothing in: %s', async (method) => {
    expect((await app.request('app://arus/', method)).status).toBe(405);
  });
});

describe('a page that has been taken over', () => {
  test.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'clipboard-unsanitized-write',
    'deprecated-sync-clipboard-read',
    'fileSystem',
    'openExternal',
    'hid',
    'usb',
    'serial',
    'display-capture',
    'local-network',
    'unknown',
  ])('gets no permission: %s', async (permission) => {
    expect(await app.do({ do: 'ask permission', permission })).toEqual({
      requested: false,
      checked: false,
      device: false,
      screen: false,
    });
  });

  const mayCopy = { requested: true, checked: true, device: false, screen: false };
  const copying = { do: 'ask permission', permission: 'clipboard-sanitized-write' } as const;

  test('may put text on the clipboard, which a person can then paste', async () => {
    expect(await app.do(copying)).toEqual(mayCopy);
  });

  test.each([
    { url: 'app://arus/', inside: true },
    { url: 'https://example.com/', inside: false },
    { url: 'https://example.com/', inside: true },
    { url: 'app://other/', inside: false },
  ])('may not do so from $url, inside another page: $inside', async (frame) => {
    expect(await app.do({ ...copying, frame })).toEqual({ ...mayCopy, requested: false, checked: false });
  });

  const elsewhere = [
    'https://example.com/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'app://other/',
    'app://user@arus/',
    'javascript:alert(1)',
    'data:text/html,x',
    'about:blank',
    'not an address',
  ];

  test.each(elsewhere)('cannot go to %s', async (url) => {
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      expect(await app.do({ do: 'navigate', event, url })).toBe(true);
    }
  });

  test('can reload its own address', async () => {
    expect(await app.do({ do: 'navigate', event: 'will-navigate', url: 'app://arus/index.html#/sync' })).toBe(
      false,
    );
  });

  test.each([
    ...elsewhere,
    'app://arus/',
    'http://manuals.example.com/',
    'https://manuals.example.com.evil.example/',
    'https://user@manuals.example.com/',
    'https://manuals.example.com:444/',
    'https://manuals.example.com@evil.example/',
    'smb://manuals.example.com/share',
    'ms-msdt:/id',
  ])('cannot open a window or a program for %s', async (url) => {
    const before = await app.askedFor('shell.openExternal');
    expect(await app.do({ do: 'open', url })).toBe('deny');
    expect(await app.askedFor('shell.openExternal')).toEqual(before);
  });

  test.each(['https://manuals.example.com/pump?model=3#page4', 'https://x.example:8443/'])(
    'can have the system open %s, whose host the settings allow',
    async (url) => {
      expect(await app.do({ do: 'open', url })).toBe('deny');
      expect((await app.askedFor('shell.openExternal')).at(-1)).toEqual({ url });
    },
  );

  test('cannot embed another page', async () => {
    expect(await app.do({ do: 'attach webview' })).toBe(true);
  });

  test.each([
    'https://example.com/a.png',
    'http://127.0.0.1:1/',
    'ws://127.0.0.1:1/',
    'file:///etc/passwd',
    'ftp://x/',
  ])('cannot fetch %s, so that not a byte goes over the link', async (url) => {
    expect(await app.do({ do: 'fetch', url })).toBe(true);
  });

  test('can fetch its own files', async () => {
    expect(await app.do({ do: 'fetch', url: 'app://arus/theme.js' })).toBe(false);
  });

  test('cannot download', async () => {
    expect(await app.do({ do: 'download', url: 'app://arus/theme.js' })).toBe(true);
  });

  test('saves the files that it made for the office, and nothing else under their names', async () => {
    const name = 'arus-mv-aurora-to-office-20261112-140200-1-of-1.arus';
    const made = 'blob:app://arus/8f0c';
    expect(await app.do({ do: 'download', url: made, name })).toBe(false);
    expect(await app.do({ do: 'download', url: made, name: 'arus-key.txt' })).toBe(false);
    expect(await app.do({ do: 'download', url: made, name: 'setup.exe' })).toBe(true);
    expect(await app.do({ do: 'download', url: 'https://evil.example/x', name })).toBe(true);
    expect(await app.do({ do: 'download', url: 'blob:https://evil.example/x', name })).toBe(true);
  });

  test('saves copies of photos and documents, of the kinds that can be attached and from itself alone', async () => {
    const photo = {
      do: 'download',
      url: 'blob:app://arus/1c2d',
      name: 'leak.jpg',
      type: 'image/jpeg',
    } as const;
    expect(await app.do(photo)).toBe(false);
    expect(await app.do({ ...photo, type: 'application/pdf' })).toBe(false);
    expect(await app.do({ ...photo, type: 'image/svg+xml' })).toBe(true);
    expect(await app.do({ ...photo, type: 'application/x-msdownload' })).toBe(true);
    expect(await app.do({ ...photo, url: 'blob:https://evil.example/x' })).toBe(true);
    expect(await app.do({ ...photo, url: 'https://evil.example/leak.jpg' })).toBe(true);
  });

  test('a file that could not be written is told, and one that a person did not want is not', async () => {
    const save = { do: 'download', url: 'blob:app://arus/8f0c', name: 'arus-key.txt' } as const;
    await app.do({ ...save, ends: 'completed' });
    await app.do({ ...save, ends: 'cancelled' });
    expect(await app.askedFor('dialog.showMessageBox')).toEqual([]);
    await app.do({ ...save, ends: 'interrupted' });
    expect(await app.askedFor('dialog.showMessageBox')).toMatchObject([
      {
        message: 'arus-key.txt was not saved',
        detail: expect.stringContaining('/media/stick/arus-key.txt') as unknown,
      },
    ]);
  });

  test('leaves a line in the log for each attempt', async () => {
    await app.do({ do: 'navigate', event: 'will-navigate', url: 'https://evil.example/' });
    const log = readFileSync(bridge.file('logs', 'arus.log'), 'utf8');
    expect(log).toMatch(/"url":"https:\/\/evil\.example\/".*The page tried to go elsewhere and was held/);
  });
});

test('nothing in the app waves a bad certificate through', () => {
  const main = readFileSync(join(projectRoot, 'out', 'main', 'main.js'), 'utf8');
  expect(main).not.toMatch(/certificate-error|setCertificateVerifyProc|ignore-certificate-errors/);
  expect(main).not.toMatch(/rejectUnauthorized:\s*false/);
});
