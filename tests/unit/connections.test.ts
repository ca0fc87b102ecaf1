import { describe, expect, test } from 'vitest';
import { Connections, FailedAttempts, type CountedSocket } from '#shared/connections.ts';

class Socket implements CountedSocket {
  readonly remoteAddress: string;
  isOpen = true;
  #onClose: () => void = () => undefined;

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  once(_event: 'close', listener: () => void): void {
    this.#onClose = listener;
  }

  destroy(): void {
    this.isOpen = false;
    this.#onClose();
  }
}

function connected(limits: { total: number; perAddress: number; proxies?: string[] }) {
  const full: string[] = [];
  const connections = new Connections(limits, (address) => full.push(address));
  const open = (address: string): Socket => {
    const socket = new Socket(address);
    connections.add(socket);
    return socket;
  };
  return { connections, full, open };
}

describe('who is connected', () => {
  test('silent sockets of one address shut nobody out, their own address neither', () => {
    const { open, connections } = connected({ total: 20, perAddress: 10 });
    const silent = Array.from({ length: 200 }, () => open('10.0.0.1'));
    expect(silent.filter(({ isOpen }) => isOpen)).toHaveLength(10);
    expect(silent.at(-1)?.isOpen).toBe(true);
    expect(open('10.0.0.2').isOpen).toBe(true);
    expect(connections.total).toBe(11);
  });

  test('silent sockets of many addresses make room for whoever comes', () => {
    const { open } = connected({ total: 20, perAddress: 10 });
    for (let each = 0; each < 100; each += 1) open(`10.0.0.${each}`);
    expect(open('10.0.1.1').isOpen).toBe(true);
  });

  test('who has shown that it may be here stays, and where all have the next is turned away', () => {
    const { open, connections, full } = connected({ total: 20, perAddress: 3 });
    const known = Array.from({ length: 3 }, () => open('::ffff:10.0.0.1'));
    for (const socket of known) connections.admit(socket);
    expect(open('10.0.0.1').isOpen).toBe(false);
    expect(known.every(({ isOpen }) => isOpen)).toBe(true);
    expect(full).toEqual(['10.0.0.1']);
    known[0]?.destroy();
    expect(open('10.0.0.1').isOpen).toBe(true);
    expect(connections.total).toBe(3);
  });

  test('a proxy is held to the total alone', () => {
    const { open, connections } = connected({ total: 20, perAddress: 3, proxies: ['10.0.0.9'] });
    const sockets = Array.from({ length: 15 }, () => open('10.0.0.9'));
    for (const socket of sockets) connections.admit(socket);
    expect(sockets.every(({ isOpen }) => isOpen)).toBe(true);
  });
});

test('attempts without a right key are counted by address, and forgotten after a minute', () => {
  let now = 0;
  const attempts = new FailedAttempts(() => now, 60);
  const first = Array.from({ length: 60 }, () => attempts.isTooMany('10.0.0.1'));
  expect(first).not.toContain(true);
  expect(attempts.isTooMany('10.0.0.1')).toBe(true);
  expect(attempts.isTooMany('10.0.0.2')).toBe(false);
  now = 60_000;
  expect(attempts.isTooMany('10.0.0.1')).toBe(false);
});
