import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { windowsRefuses } from '#support/electron-stand-in/windows-arguments.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

const raise = [JSON.stringify({ id: 1, method: 'workOrders.create', input: { title: 'Test the horn' } })];

describe('a computer on board', () => {
  test('that is Windows ends a program whose argument stands behind one that looks like a URL', async () => {
    const exe = String.raw`C:\Program Files\ARUS\arus.exe`;
    const refused = [
      [exe, '--mqtt', 'mqtts://shore', '--vessel', 'polaris'],
      [exe, 'arus://open', '--gpu-launcher=cmd'],
      [exe, 'MV:Polaris', 'x'],
    ];
    const taken = [
      [exe, '--mqtt=mqtts://shore', '--vessel', 'polaris'],
      [exe, '--vessel', 'polaris', '--mqtt', 'mqtts://shore'],
      [exe, '--data', String.raw`D:\ARUS`, '--vessel', 'polaris'],
      [exe, '--name', 'MV Polaris: the second', '--vessel', 'polaris'],
      [exe, '--', 'mqtts://shore', 'x'],
    ];
    expect(refused.map(windowsRefuses)).toEqual(refused.map(() => true));
    expect(taken.map(windowsRefuses)).toEqual(taken.map(() => false));

    const args = ['--mqtt', 'mqtts://127.0.0.1:9', '--vessel', 'polaris'];
    const ended = await bridge.launch({ settings: polaris, windows: true, args }).exited;
    expect(ended).toEqual({ code: 255, stderr: '' });
    const elsewhere = await bridge.start({ settings: polaris, args });
    expect(await elsewhere.close()).toMatchObject({ code: 0 });
  });

  test('may never send that a window is ready', async () => {
    const app = await bridge.start({ settings: polaris, withheld: ['ready-to-show'] });
    expect(await app.askedFor('window.told')).toEqual([{ event: 'did-finish-load' }]);
    await app.close();
    const silent = await bridge.start({ withheld: ['ready-to-show', 'did-finish-load'] });
    expect(await silent.askedFor('window.told')).toEqual([]);
  });

  test('lets a file operation fail as ordered, so often and no more', async () => {
    const app = await bridge.start({ settings: polaris });
    app.failFiles({ calls: 'rename', path: 'window-state.json', code: 'EIO', times: 2 });
    await app.do({ do: 'close window' });
    await app.exited;
    expect(app.filesFailed()).toEqual([`EIO rename ${bridge.file('window-state.json.next')}`]);
    expect(readFileSync(bridge.file('logs', 'arus.log'), 'utf8')).toContain('EIO: i/o error');
  });

  test('lets file operations fail until it is put right', async () => {
    const log = { calls: 'write', path: 'arus.log', code: 'ENOSPC', times: Infinity } as const;
    const app = await bridge.start({ settings: polaris, fileFailures: [log] });
    expect(readFileSync(bridge.file('logs', 'arus.log'), 'utf8')).toBe('');
    expect(app.filesFailed().length).toBeGreaterThan(0);
  });

  test('ends the app at log-off without letting it close', async () => {
    const app = await bridge.start({ settings: polaris });
    await app.call('arus:call', raise);
    await app.do({ do: 'log off', graceMs: 0 }).catch(() => {});
    expect((await app.exited).code).toBeNull();
    expect(await app.askedFor('app.exit')).toEqual([]);

    const later = await bridge.start();
    const list = JSON.stringify({ id: 2, method: 'workOrders.list', input: {} });
    expect(await later.call('arus:call', [list])).toContain('Test the horn');
  });
});
