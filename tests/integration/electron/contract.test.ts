import { symlinkSync } from 'node:fs';
import { type CallResult, callResponse, eventMessage } from '#shared/contract/envelope.ts';
import { bridgeChannels } from '#shared/contract/bridge.ts';
import { type EventName, events } from '#shared/contract/events.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge } from '#support/electron-stand-in/start.ts';
import type { Carrier } from '../contract/carrier.ts';
import { conformance } from '../contract/conformance.ts';
import { bridgeOf } from './bridge-of.ts';

const settings = {
  vessel: 'MV-AURORA',
  name: 'Aurora',
  device: 'Bridge PC',
  timeZone: 'Europe/Oslo',
  mqtt: null,
};

/** The whole way of the desktop app: built preload, IPC, built main file, vessel node. */
async function overIpc(dataDirectory: string): Promise<Carrier> {
  const computer = new Bridge();
  // The suite brings the database's folder; in an installation it is the one called `vessel`.
  symlinkSync(dataDirectory, computer.file('vessel'));
  const app = await computer.start({ settings });
  const page = bridgeOf(openPage(app));
  let lastId = 0;
  return {
    async call({ method, input, actor }): Promise<CallResult> {
      lastId += 1;
      const request = { id: `call-${lastId}`, method, input, ...(actor === undefined ? {} : { actor }) };
      const response = callResponse.parse(await page.call(request));
      if (response.id !== request.id) throw new Error(`Call ${request.id} was answered as ${response.id}`);
      return response;
    },
    on(listener) {
      const names = Object.keys(events).filter((name): name is EventName => Object.hasOwn(events, name));
      const stops = names.map((event) =>
        page.on(event, (payload) => listener(eventMessage.parse({ event, payload }))),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
    async callText(text) {
      return callResponse.parse(JSON.parse(String(await app.call(bridgeChannels.call, [text]))));
    },
    async close() {
      await app.close();
      await computer.leave();
    },
  };
}

conformance({ name: "over Electron's IPC", hasEvents: true, isText: true, open: overIpc });
