import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Called, attach, attachmentOf, photo, readWhole } from '#support/attachments.ts';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import type { FileFailure } from '#support/electron-stand-in/file-failures.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { bridgeOf } from './bridge-of.ts';
import { installationOf, polarisChoice } from './installation-of.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

/** Asks as the page does; a refusal fails the test. */
function screenOf(app: DesktopApp): Called {
  const { call } = bridgeOf(openPage(app));
  let id = 0;
  return {
    async call(method, input) {
      id += 1;
      const answer = await call({ id, method, input });
      if (typeof answer === 'object' && answer !== null && 'output' in answer) return answer.output as never;
      throw new Error(`${method}: ${JSON.stringify(answer)}`);
    },
  };
}

const keys = (): string => readFileSync(bridge.file('vessel', 'by-hand-keys.json'), 'utf8');

async function attachOne(app: DesktopApp): Promise<void> {
  const screen = screenOf(app);
  const order = await screen.call('workOrders.create', { title: 'Replace the gland' });
  const bytes = photo(300_000);
  await attach(screen, order.id, bytes);
  const kept = await attachmentOf(screen, order.id);
  expect(Buffer.from(await readWhole(screen, kept?.id ?? '')).equals(bytes)).toBe(true);
}

describe('a scanner that holds a fresh file for a moment', () => {
  test.each([
    [{ calls: 'rename', path: '.part', code: 'EPERM', times: 3 }],
    [{ calls: 'rename', path: '.part', code: 'EBUSY', times: 3 }],
    [{ calls: 'open', path: '.part', code: 'EBUSY', times: 2 }],
  ] as FileFailure[][])('does not fail a photo: %j', async (failure) => {
    const app = await bridge.start({ settings: polaris });
    app.failFiles(failure);
    await attachOne(app);
    expect(app.filesFailed()).toHaveLength(failure.times ?? 0);
  });

  test.each([
    ['settings', { calls: 'rename', path: 'arus.json', code: 'EPERM', times: 2 }],
    ['keys', { calls: 'link', path: 'by-hand-keys.json', code: 'EBUSY', times: 1 }],
    ['drafts of the keys', { calls: 'unlink', path: 'by-hand-keys.json.', code: 'EBUSY', times: 2 }],
    ['mark of the database', { calls: 'rename', path: 'database-mark.json', code: 'EACCES', times: 2 }],
  ] as [string, FileFailure][])('does not stop the first start: %s', async (_what, failure) => {
    const app = await bridge.start({ fileFailures: [failure] });
    await installationOf(app).save(polarisChoice);
    expect(await app.nodeSettled()).toMatchObject({ phase: 'up' });
    expect(app.filesFailed()).toHaveLength(failure.times ?? 0);
    expect(await screenOf(app).call('storage.status', {})).toMatchObject({ state: 'well' });
    expect(await app.close()).toMatchObject({ code: 0 });
    expect(existsSync(bridge.file('arus.json'))).toBe(true);
    expect(keys()).toContain('"');
  });

  test('does not lose the place of the window', async () => {
    const app = await bridge.start({ settings: polaris });
    app.failFiles({ calls: 'rename', path: 'window-state.json', code: 'EBUSY', times: 2 });
    await app.close();
    expect(app.filesFailed()).toHaveLength(2);
    expect(readFileSync(bridge.file('window-state.json'), 'utf8')).toContain('"bounds"');
  });

  test('for longer than a photo waits is told in words, and the photo can be tried again', async () => {
    const app = await bridge.start({ settings: polaris });
    const hold = app.failFiles({ calls: 'rename', path: '.part', code: 'EBUSY', times: Infinity });
    await expect(attachOne(app)).rejects.toThrow(
      /Another program holds .*one of its files.*"retryable":true/,
    );
    hold();
    await attachOne(app);
  });
});

describe('a folder that knows no second name for a file (exFAT, some network disks)', () => {
  test('takes the keys all the same, and keeps them', async () => {
    const app = await bridge.start({
      settings: polaris,
      fileFailures: [{ calls: 'link', path: 'by-hand-keys.json', code: 'EPERM', times: Infinity }],
    });
    const { own } = await screenOf(app).call('byHand.status', {});
    const made = keys();
    await app.close();
    const again = await bridge.start();
    expect((await screenOf(again).call('byHand.status', {})).own).toEqual(own);
    expect(keys()).toBe(made);
  });

  test('that takes no keys at all does not keep the crew from their records', async () => {
    const app = await bridge.start({
      settings: polaris,
      fileFailures: [{ calls: 'open', path: 'by-hand-keys.json', code: 'EACCES', times: Infinity }],
    });
    await attachOne(app);
    await expect(screenOf(app).call('byHand.status', {})).rejects.toThrow(/has no keys.*start it again/);
  });
});

describe('a log past 5 MB that cannot be moved', () => {
  const log = { calls: 'rename', path: 'arus.log', times: Infinity } as const;
  const large = 'x'.repeat(5_000_001);

  test.each(['EPERM', 'EBUSY', 'EACCES'] as const)(
    'is copied, told, and does not stop the start (%s)',
    async (code) => {
      mkdirSync(bridge.file('logs'));
      writeFileSync(bridge.file('logs', 'arus.log'), large);
      const app = await bridge.start({ settings: polaris, fileFailures: [{ ...log, code }] });
      await app.close();
      expect(statSync(bridge.file('logs', 'arus.1.log')).size).toBe(large.length);
      const lines = readFileSync(bridge.file('logs', 'arus.log'), 'utf8');
      expect(lines.length).toBeLessThan(100_000);
      expect(lines).toContain('The log could not be put aside under another name.');
      expect(lines).toContain(code);
    },
  );

  test('nor copied, is gone on with', async () => {
    mkdirSync(bridge.file('logs'));
    writeFileSync(join(bridge.file('logs'), 'arus.log'), large);
    const app = await bridge.start({
      settings: polaris,
      fileFailures: [
        { ...log, code: 'EPERM' },
        { calls: 'open', path: 'arus.1.log', code: 'ENOSPC', times: Infinity },
      ],
    });
    await attachOne(app);
    expect(readFileSync(bridge.file('logs', 'arus.log'), 'utf8')).toContain('The app is up.');
  });
});
