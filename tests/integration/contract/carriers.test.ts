import { z } from 'zod';
import { WebSocket } from 'ws';
import { besideInProcess } from '#link/beside.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { linkCodec } from '#link/link-codec.ts';
import { ownKeys } from '#link/own-keys.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import {
  callResponse,
  callResult,
  eventMessage,
  type CallResponse,
  type EventMessage,
} from '#shared/contract/envelope.ts';
import { openStationHost } from '#station/host.ts';
import { copyWorkProgram } from '#support/vessel.ts';
import { openVesselNode, type VesselNode } from '#vessel/vessel-node.ts';
import { recordingLog } from '../station/recording-log.ts';
import type { Carrier } from './carrier.ts';
import { conformance } from './conformance.ts';

const environment = systemEnvironment(recordingLog());

function openNode(dataDirectory: string): VesselNode {
  return openVesselNode(
    {
      dataDirectory,
      vesselId: 'MV-AURORA',
      vesselName: 'Aurora',
      device: 'Bridge PC',
      timeZone: 'Europe/Oslo',
      version: '1.0.0',
      brokerName: null,
    },
    {
      environment,
      openLink: null,
      codec: linkCodec,
      fileTransfer: { crypto: packageCrypto, keys: () => ownKeys(dataDirectory, environment) },
      copies: { beside: besideInProcess(copyWorkProgram, environment.log), restart: () => undefined },
    },
  );
}

const token = 'a-token-that-only-tests-know';

async function openHost(dataDirectory: string) {
  const node = openNode(dataDirectory);
  const host = await openStationHost({ vessel: node, environment, port: 0, token, page: dataDirectory });
  return {
    address: host.address,
    async close() {
      await host.close();
      await node.close();
    },
  };
}

async function inProcess(dataDirectory: string): Promise<Carrier> {
  const node = openNode(dataDirectory);
  return {
    call: (request) => node.call(request),
    on: (listener) => node.subscribe(listener),
    close: () => node.close(),
  };
}

async function overHttp(dataDirectory: string): Promise<Carrier> {
  const { address, close } = await openHost(dataDirectory);
  return {
    async call({ method, input, actor }) {
      const response = await fetch(`${address}call/${encodeURIComponent(method)}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          ...(input === undefined ? {} : { 'content-type': 'application/json' }),
          ...(actor === undefined ? {} : { 'x-arus-actor': actor }),
        },
        ...(input === undefined ? {} : { body: JSON.stringify(input) }),
      });
      const result = callResult.parse(await response.json());
      if (response.ok !== result.ok) throw new Error(`Status ${response.status} contradicts the result`);
      return result;
    },
    close,
  };
}

const frame = z.union([callResponse, eventMessage]);

async function overSocket(dataDirectory: string): Promise<Carrier> {
  const { address, close } = await openHost(dataDirectory);
  const socket = new WebSocket(`${address.replace('http', 'ws')}ws`, ['arus.v1', `token.${token}`]);
  const listeners = new Set<(event: EventMessage) => void>();
  const pending = new Map<CallResponse['id'], (response: CallResponse) => void>();
  /** Texts that are no call are answered in order. */
  const texts: ((response: CallResponse) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message = frame.parse(JSON.parse(data.toString()));
    if ('event' in message) {
      for (const listener of listeners) listener(message);
      return;
    }
    const settle = pending.get(message.id) ?? texts.shift();
    pending.delete(message.id);
    settle?.(message);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let lastId = 0;
  return {
    call(request) {
      lastId += 1;
      const id = `call-${lastId}`;
      return new Promise((resolve) => {
        pending.set(id, resolve);
        socket.send(JSON.stringify({ id, ...request }));
      });
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    callText(text) {
      return new Promise((resolve) => {
        texts.push(resolve);
        socket.send(text);
      });
    },
    async close() {
      socket.close();
      await close();
    },
  };
}

conformance({ name: 'in the same process', hasEvents: true, isText: false, open: inProcess });
conformance({ name: 'over HTTP', hasEvents: false, isText: false, open: overHttp });
conformance({ name: 'over a WebSocket', hasEvents: true, isText: true, open: overSocket });
