import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { fillWithOrders, orderAt } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { startVessel } from '../integration/station/vessel.ts';
import { figure, quantile, type Figure } from './figure.ts';
import { loopbackAddress, OfficeClient } from './office-client.ts';
import { startOfficeGateway, type OfficeGateway } from './office-gateway.ts';

const orders = 500;
const mixedMs = 8_000;
const broadcasts = 30;

/**
 * Many at once, ashore and on board, beside what the first report read on another machine. The gateway lets one address
 * make as many requests as it likes here (`requestsPerMinute`); clients come from 200 loopback addresses, so that
 * limits by address are those of the product.
 */
export async function benchLoad(): Promise<Figure[]> {
  return [...(await ashore()), ...(await onBoard())];
}

async function ashore(): Promise<Figure[]> {
  const gateway = await startOfficeGateway('mv-office');
  try {
    const ids = await fill(gateway);
    return [
      ...(await reads(gateway, ids, { atOnce: 20, each: 20, report: ' (first report: 142.86 at 7 ms)' })),
      ...(await reads(gateway, ids, { atOnce: 200, each: 5, report: '' })),
      await updates(gateway, ids),
      ...(await mixed(gateway, ids)),
      ...(await broadcast(gateway)),
    ];
  } finally {
    await gateway.stop();
  }
}

async function fill({ port, vessel }: OfficeGateway): Promise<string[]> {
  const people = clients(port, 50);
  const ids: string[] = [];
  await Promise.all(
    people.map(async (person, index) => {
      for (let count = 0; count < orders / people.length; count += 1)
        ids.push(await create(person, vessel, index + count));
    }),
  );
  for (const person of people) person.close();
  return ids;
}

/** Half of them a page of 50 orders, half of them one order. */
async function reads(
  { port, vessel }: OfficeGateway,
  ids: readonly string[],
  { atOnce, each, report }: { atOnce: number; each: number; report: string },
): Promise<Figure[]> {
  const people = clients(port, atOnce);
  const took: number[] = [];
  await Promise.all(people.map((person) => person.ask('GET', '/api/work-orders?limit=1')));
  const start = performance.now();
  await Promise.all(
    people.map(async (person, index) => {
      for (let count = 0; count < each; count += 1)
        took.push((await read(person, vessel, ids, index + count)).took);
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  for (const person of people) person.close();
  const name = `load: ${atOnce} REST requests at once`;
  return [
    figure(`${name}${report}`, took.length / seconds, '1/s'),
    figure(`${name}, an answer, p50`, quantile(took, 0.5), 'ms'),
    figure(`${name}, an answer, p99`, quantile(took, 0.99), 'ms'),
  ];
}

async function updates({ port }: OfficeGateway, ids: readonly string[]): Promise<Figure> {
  const [person] = clients(port, 1);
  if (person === undefined) throw new Error('Nobody is there');
  const start = performance.now();
  for (let index = 0; index < 100; index += 1)
    await person.ask('PATCH', `/api/work-orders/${ids[0] ?? ''}`, { notes: `Line ${index}` });
  const seconds = (performance.now() - start) / 1_000;
  person.close();
  return figure(
    'load: 100 updates of one order in a row (first report: 54.85 to 69.93)',
    100 / seconds,
    '1/s',
  );
}

/** 120 people, every fifth of them writing without a pause, and 100 screens that hear of everything. */
async function mixed({ port, vessel }: OfficeGateway, ids: readonly string[]): Promise<Figure[]> {
  const screens = await open(port, 100);
  const people = clients(port, 120);
  const took = { read: [] as number[], write: [] as number[] };
  const end = performance.now() + mixedMs;
  await Promise.all(
    people.map(async (person, index) => {
      for (let count = 0; performance.now() < end; count += 1) {
        if (index % 5 !== 0) took.read.push((await read(person, vessel, ids, index + count)).took);
        else took.write.push((await write(person, vessel, ids, index + count)).took);
      }
    }),
  );
  for (const person of people) person.close();
  for (const screen of screens) screen.terminate();
  const name = 'load: 120 connections, a fifth writing, 100 WebSocket clients';
  return [
    figure(name, ((took.read.length + took.write.length) / mixedMs) * 1_000, '1/s'),
    figure(`${name}, a read, p50`, quantile(took.read, 0.5), 'ms'),
    figure(`${name}, a read, p99`, quantile(took.read, 0.99), 'ms'),
    figure(`${name}, writes`, (took.write.length / mixedMs) * 1_000, '1/s'),
    figure(`${name}, a write, p50`, quantile(took.write, 0.5), 'ms'),
    figure(`${name}, a write, p99 (3,700 before)`, quantile(took.write, 0.99), 'ms'),
  ];
}

/** From when the write is asked for, its commit included, to the last client's having heard of it. */
async function broadcast({ port, vessel }: OfficeGateway): Promise<Figure[]> {
  const screens = await open(port, 1_000);
  const [person] = clients(port, 1);
  if (person === undefined) throw new Error('Nobody is there');
  let heard = new Map<string, { count: number; last: number }>();
  for (const screen of screens)
    screen.on('message', (data: Buffer) => {
      const message = changed.safeParse(JSON.parse(data.toString('utf8')));
      if (!message.success) return;
      for (const id of message.data.payload.ids)
        heard.set(id, { count: (heard.get(id)?.count ?? 0) + 1, last: performance.now() });
    });
  const took: number[] = [];
  for (let index = 0; index < broadcasts; index += 1) {
    heard = new Map();
    const asked = performance.now();
    const id = await create(person, vessel, index);
    while ((heard.get(id)?.count ?? 0) < screens.length) {
      if (performance.now() - asked > 30_000) throw new Error('A client heard nothing for half a minute');
      await wait(1);
    }
    took.push((heard.get(id)?.last ?? 0) - asked);
  }
  person.close();
  for (const screen of screens) screen.terminate();
  return [
    figure('load: 1,000 WebSocket clients, a write to the last of them, p50', quantile(took, 0.5), 'ms'),
    figure('load: 1,000 WebSocket clients, a write to the last of them, p99', quantile(took, 0.99), 'ms'),
  ];
}

/** 300 connections to the ship's node at once, each with a page of orders and one order raised. */
async function onBoard(): Promise<Figure[]> {
  const data = temporaryDirectory('bench-load');
  fillWithOrders(data, 'MV-AURORA', orders);
  const vessel = await startVessel(data);
  const port = Number(new URL(vessel.address).port);
  const headers = { authorization: `Bearer ${vessel.token}` };
  const people = Array.from(
    { length: 300 },
    (_, index) => new OfficeClient(port, 1, { from: loopbackAddress(index), headers }),
  );
  const took: number[] = [];
  const start = performance.now();
  const outcomes = await Promise.allSettled(
    people.map(async (person) => {
      const page = await person.ask('POST', '/call/workOrders.list', { limit: 50 });
      const { title, description } = orderAt(took.length);
      const raised = await person.ask('POST', '/call/workOrders.create', { title, description });
      took.push(page.took, raised.took);
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  for (const person of people) person.close();
  await vessel.program.stop();
  const served = outcomes.filter(({ status }) => status === 'fulfilled').length;
  return [
    figure('load: 300 connections at once on board, of them served', served, '', { least: 300 }),
    figure('load: 300 connections at once on board', took.length / seconds, '1/s'),
    figure('load: 300 connections at once on board, an answer, p50', quantile(took, 0.5), 'ms'),
    figure('load: 300 connections at once on board, an answer, p99', quantile(took, 0.99), 'ms'),
  ];
}

function clients(port: number, count: number): OfficeClient[] {
  return Array.from(
    { length: count },
    (_, index) => new OfficeClient(port, 1, { from: loopbackAddress(index) }),
  );
}

function read(person: OfficeClient, vessel: string, ids: readonly string[], index: number) {
  const path =
    index % 2 === 0
      ? `/api/work-orders?vessel=${vessel}&limit=50`
      : `/api/work-orders/${ids[index % ids.length] ?? ''}?vessel=${vessel}`;
  return person.ask('GET', path);
}

function write(person: OfficeClient, vessel: string, ids: readonly string[], index: number) {
  if (index % 2 === 0) return person.ask('POST', '/api/work-orders', { vessel, ...newOrder(index) });
  const path = `/api/work-orders/${ids[index % ids.length] ?? ''}?vessel=${vessel}`;
  return person.ask('PATCH', path, { notes: `Looked at, time ${index}` });
}

function newOrder(index: number) {
  const { title, description, type, priority, dueDate, estimatedHours } = orderAt(index);
  return { title, description, type, priority, dueDate, estimatedHours };
}

async function create(person: OfficeClient, vessel: string, index: number): Promise<string> {
  const answer = await person.ask('POST', '/api/work-orders', { vessel, ...newOrder(index) });
  return z.object({ id: z.string() }).parse(answer.json).id;
}

const changed = z.object({
  event: z.literal('records.changed'),
  payload: z.object({ ids: z.array(z.string()) }),
});

/** Screens that have been told where the feeds stand. */
async function open(port: number, count: number): Promise<WebSocket[]> {
  const screens: WebSocket[] = [];
  for (let first = 0; first < count; first += 50)
    screens.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(50, count - first) }, async (_, index) => {
          const localAddress = loopbackAddress(first + index);
          const screen = new WebSocket(`ws://127.0.0.1:${port}/ws`, ['arus.v1'], { localAddress });
          await new Promise((resolve, reject) => {
            screen.once('message', resolve);
            screen.once('error', reject);
          });
          return screen;
        }),
      )),
    );
  return screens;
}
