import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { Bridge as PageBridge } from '#shared/contract/bridge.ts';
import type { CallRequest, CallResponse } from '#shared/contract/envelope.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Sender } from '#support/electron-stand-in/commands.ts';
import { type DesktopApp, ownPage } from '#support/electron-stand-in/desktop-app.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { bridgeOf } from './bridge-of.ts';

let bridge: Bridge;
let app: DesktopApp;
beforeAll(async () => {
  bridge = new Bridge();
  app = await bridge.start({ settings: polaris });
});
afterAll(() => bridge.leave());

const info = JSON.stringify({ id: 1, method: 'vessel.info', input: {} });

describe('the page', () => {
  test('is given call, on, node and installation, and nothing else', () => {
    const exposed = openPage(app);
    expect(Object.keys(exposed)).toEqual(['arus']);
    expect(Object.keys(exposed['arus'] ?? {}).toSorted()).toEqual(['call', 'installation', 'node', 'on']);
  });

  test('asks the vessel and is answered', async () => {
    const response = await bridgeOf(openPage(app)).call({ id: 'a', method: 'vessel.info', input: {} });
    expect(response).toMatchObject({ id: 'a', ok: true, output: { vesselId: 'polaris' } });
  });

  test('hears what was committed, without the event that carried it', async () => {
    const page = bridgeOf(openPage(app));
    const heard = vi.fn<(...parts: unknown[]) => void>();
    const stop = page.on('records.changed', heard);
    const created = await page.call({
      id: 1,
      method: 'workOrders.create',
      input: { title: 'Clean the strainer' },
    });
    expect(created).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), { timeout: 5_000 });
    expect(heard.mock.calls[0]).toEqual([expect.objectContaining({ entity: 'work_order', cause: 'local' })]);

    stop();
    heard.mockClear();
    await page.call({ id: 2, method: 'workOrders.create', input: { title: 'Clean it again' } });
    await page.call({ id: 3, method: 'vessel.info', input: {} });
    expect(heard).not.toHaveBeenCalled();
  });

  test('has each of two listeners of one function ended by itself', async () => {
    const page = bridgeOf(openPage(app));
    const heard = vi.fn<() => void>();
    const stopFirst = page.on('records.changed', heard);
    page.on('records.changed', heard);
    stopFirst();
    await page.call({ id: 1, method: 'workOrders.create', input: { title: 'Once' } });
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), { timeout: 5_000 });
  });
});

describe('a call', () => {
  const strangers: [string, Sender][] = [
    ['a frame inside the page', { page: 'window', frame: { url: 'app://arus/', inside: true } }],
    ['a page of another address', { page: 'window', frame: { url: 'https://example.com/', inside: false } }],
    [
      'a page of another host of our scheme',
      { page: 'window', frame: { url: 'app://evil/', inside: false } },
    ],
    ['a file', { page: 'window', frame: { url: 'file:///tmp/x.html', inside: false } }],
    ['a blank page', { page: 'window', frame: { url: 'about:blank', inside: false } }],
    ['an address that cannot be read', { page: 'window', frame: { url: '', inside: false } }],
    ['a frame that has gone', { page: 'window', frame: null }],
    ['a page in no window of ours', { page: 'stranger', frame: { url: 'app://arus/', inside: false } }],
  ];

  test.each(strangers)('from %s is refused, and carries nothing out', async (_who, sender) => {
    const create = JSON.stringify({ id: 1, method: 'workOrders.create', input: { title: 'Planted' } });
    await expect(app.call('arus:call', [create], sender)).rejects.toThrow(
      /only the page of this app may call/,
    );
    const page = bridgeOf(openPage(app));
    const list = await page.call({ id: 1, method: 'workOrders.list', input: { search: 'Planted' } });
    expect(list).toMatchObject({ ok: true, output: { total: 0 } });
  });

  test.each([
    ['no text', [{ id: 1, method: 'vessel.info' }], 'invalid_input'],
    ['nothing at all', [], 'invalid_input'],
    ['text that is not JSON', ['{'], 'invalid_input'],
    ['JSON that is no call', ['[]'], 'invalid_input'],
    ['a field too many', ['{"id":1,"method":"vessel.info","admin":true}'], 'invalid_input'],
    ['an unknown method', ['{"id":1,"method":"vessel.scuttle","input":{}}'], 'unknown_method'],
    ['a name that every object has', ['{"id":1,"method":"constructor","input":{}}'], 'unknown_method'],
    ['input of another shape', ['{"id":1,"method":"workOrders.get","input":{"id":"x"}}'], 'invalid_input'],
    ['more than a call may hold', [`"${'x'.repeat(1_048_576)}"`], 'too_large'],
  ])('made of %s is answered as an error', async (_what, args, code) => {
    const text = await app.call('arus:call', args);
    expect(JSON.parse(String(text))).toMatchObject({ ok: false, error: { code } });
  });

  test('goes over one channel; the others tell of the node, start it, and set up this computer', async () => {
    expect(await app.askedFor('ipcMain.handle')).toEqual([
      { channel: 'arus:call' },
      { channel: 'arus:node-state' },
      { channel: 'arus:start-node' },
      { channel: 'arus:go-back-to' },
      { channel: 'arus:installation' },
    ]);
    await expect(app.call('arus:event', [info])).rejects.toThrow(/No handler/);
    expect(await app.call('arus:call', [info], ownPage)).toContain('polaris');
  });
});

test('what the page calls is typed by the contract', () => {
  expectTypeOf<keyof PageBridge>().toEqualTypeOf<'call' | 'on' | 'node' | 'installation'>();
  expectTypeOf<PageBridge['call']>().toEqualTypeOf<(request: CallRequest) => Promise<CallResponse>>();
  const listenToSync = (page: PageBridge) => page.on('sync.changed', (payload) => payload);
  expectTypeOf(listenToSync).returns.toEqualTypeOf<() => void>();
  const payloadOf = (page: PageBridge) =>
    page.on('sync.changed', (payload) => expectTypeOf(payload).toEqualTypeOf<SyncStatus>());
  expectTypeOf(payloadOf).parameter(0).toEqualTypeOf<PageBridge>();
  // @ts-expect-error An event that the contract does not have.
  const unknownEvent = (page: PageBridge) => page.on('sync.changd', () => {});
  expectTypeOf(unknownEvent).toBeFunction();
});
