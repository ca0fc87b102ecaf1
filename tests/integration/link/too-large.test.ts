import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Link, LinkFailure } from '#shared/ports.ts';
import { bytes, closeLinks, openLink } from './open-link.ts';
import { connack, disconnect, startStubBroker, type StubBroker } from './stub-broker.ts';

let stub: StubBroker;
afterEach(async () => {
  await closeLinks();
  await stub?.close();
});

const longest = 1_000;
const small = bytes('small');
const large = bytes('x'.repeat(longest));

/** A broker that lets everybody in, answers nothing, and does something about what is too large. */
async function linkTo(onLarge: (socket: Socket, packet: Buffer) => void): Promise<Link> {
  stub = await startStubBroker((socket) => {
    socket.write(connack(5, 0));
    socket.on('data', (packet: Buffer) => packet.length > longest && onLarge(socket, packet));
  });
  const { link, up } = openLink({ mqtt: stub.url });
  await up();
  return link;
}

/** How two messages that are on their way together end, as far as their size goes. */
async function ends(link: Link): Promise<LinkFailure['tooLarge'][]> {
  const results = await Promise.allSettled([
    link.publish('a', small, { qos: 1 }),
    link.publish('b', large, { qos: 1 }),
  ]);
  return results.map((result) =>
    result.status === 'rejected' ? (result.reason as LinkFailure).tooLarge : undefined,
  );
}

test('a broker that hangs up when it gets a message may have done so for the largest on its way', async () => {
  expect(await ends(await linkTo((socket) => socket.destroy()))).toEqual([undefined, 'perhaps']);
});

test('one that ends the connection with reason 0x95 says so of the largest', async () => {
  expect(await ends(await linkTo((socket) => socket.end(disconnect(0x95))))).toEqual([undefined, 'said']);
});

test('one that answers with a PUBACK of 0x95, as Mosquitto does, says so too', async () => {
  const refuse = (socket: Socket, packet: Buffer): void => {
    // Behind the topic `b` stands the number that it answers; the length before it takes two bytes.
    const at = packet.lastIndexOf(Buffer.from([0, 1, 0x62])) + 3;
    socket.write(Buffer.from([0x40, 3, packet[at] ?? 0, packet[at + 1] ?? 0, 0x95]));
  };
  expect(await ends(await linkTo(refuse))).toEqual([undefined, 'said']);
});

test.each([
  ['that its keeper closed it', 0x98],
  ['that another program came under our name', 0x8e],
])('one that says %s has nothing against the size of a message', async (_what, reason) => {
  expect(await ends(await linkTo((socket) => socket.end(disconnect(reason))))).toEqual([
    undefined,
    undefined,
  ]);
});

test('nor has one that hangs up when the message has long been there', { timeout: 30_000 }, async () => {
  const link = await linkTo((socket) => void setTimeout(() => socket.destroy(), 10_500));
  expect(await ends(link)).toEqual([undefined, undefined]);
});
