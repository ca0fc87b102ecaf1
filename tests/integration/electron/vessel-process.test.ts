import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NodeState } from '#shared/contract/node-state.ts';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { until } from '#support/until.ts';
import { bridgeOf } from './bridge-of.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

/** States of the node that the page hears from now on. */
function heardStates(app: DesktopApp): NodeState[] {
  const heard: NodeState[] = [];
  bridgeOf(openPage(app)).node.onState((state) => heard.push(state));
  return heard;
}
const phases = (heard: readonly NodeState[]): string[] => heard.map(({ phase }) => phase);

test('the node runs in a process of its own, which is named and ends with the app', async () => {
  const app = await bridge.start({ settings: polaris });
  expect(await app.askedFor('utilityProcess.fork')).toMatchObject([
    {
      program: expect.stringMatching(/vessel-process-program\.js$/) as unknown,
      options: { serviceName: 'ARUS vessel node' },
    },
  ]);
  expect(await app.close()).toEqual({ code: 0, stderr: '' });
});

test('a node that dies comes back with what was saved, and the window stays', async () => {
  const app = await bridge.start({ settings: polaris });
  const heard = heardStates(app);
  const { call } = bridgeOf(openPage(app));
  await call({ id: 1, method: 'workOrders.create', input: { title: 'Saved before' } });
  await app.do({ do: 'node dies' });
  await until('the node again', () => heard.at(-1)?.phase === 'up');
  expect(phases(heard).filter((phase, at, all) => phase !== all[at - 1])).toEqual(['down', 'starting', 'up']);
  expect(await call({ id: 2, method: 'workOrders.list', input: {} })).toMatchObject({
    ok: true,
    output: { items: [{ title: 'Saved before' }] },
  });
  expect(await app.askedFor('BrowserWindow')).toHaveLength(1);
  expect(await app.askedFor('dialog.showErrorBox')).toEqual([]);
});

test('a node that is stuck is started again when a person asks, and what waited for it is answered', async () => {
  const app = await bridge.start({ settings: polaris });
  const heard = heardStates(app);
  const page = bridgeOf(openPage(app));
  await app.do({ do: 'node hangs' });
  const waiting = page.call({ id: 1, method: 'vessel.info', input: {} });
  await page.node.start();
  expect(await waiting).toMatchObject({ ok: false, error: { code: 'unavailable', retryable: true } });
  await until('the node again', () => heard.at(-1)?.phase === 'up');
  expect(await page.call({ id: 2, method: 'vessel.info', input: {} })).toMatchObject({ ok: true });
});

test('events of the node that came back reach the page', async () => {
  const app = await bridge.start({ settings: polaris });
  const heard = heardStates(app);
  const page = bridgeOf(openPage(app));
  await app.do({ do: 'node dies' });
  await until('the node again', () => heard.at(-1)?.phase === 'up');
  let events = 0;
  page.on('records.changed', () => (events += 1));
  await page.call({ id: 1, method: 'workOrders.create', input: { title: 'After' } });
  await until('the event', () => events > 0);
});
