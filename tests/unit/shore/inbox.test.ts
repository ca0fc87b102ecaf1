import { describe, expect, test } from 'vitest';
import type { Environment, LinkMessage } from '#shared/ports.ts';
import { Inbox, type Handled, type InboxLimits } from '#shore/gateway/inbox.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A clock that a test runs by hand. */
function stage() {
  const timers: { at: number; action: () => void }[] = [];
  let now = 0;
  const environment: Environment = {
    now: () => now,
    monotonic: () => now,
    randomBytes: (length) => new Uint8Array(length),
    after(milliseconds, action) {
      const timer = { at: now + milliseconds, action };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    log: silent,
  };
  return {
    environment,
    async pass(milliseconds: number) {
      now += milliseconds;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.action();
      }
      await settle();
    },
  };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};
const message = (text: string): LinkMessage => ({
  topic: text,
  payload: new TextEncoder().encode(text),
  retained: false,
});
const limits: InboxLimits = { parallel: 2, messages: 3, bytes: 1_000 };

/** An inbox whose messages are handled when the test says so. */
function open(environment: Environment, given: Partial<InboxLimits> = {}) {
  const begun: string[] = [];
  const waiting = new Map<string, (handled: Handled) => void>();
  const inbox = new Inbox(environment, { ...limits, ...given }, (vessel, { topic }) => {
    begun.push(`${vessel} ${topic}`);
    return new Promise((resolve) => waiting.set(`${vessel} ${topic}`, resolve));
  });
  const end = async (name: string, handled: Handled = 'done'): Promise<void> => {
    waiting.get(name)?.(handled);
    await settle();
  };
  return { inbox, begun, end };
}

describe('the inbox of a gateway', () => {
  test('handles one vessel’s messages one after the other, and several vessels at once', async () => {
    const { inbox, begun, end } = open(stage().environment);
    for (const [vessel, text] of [
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
      ['c', '1'],
    ] as const)
      inbox.offer(vessel, message(text));
    expect(begun).toEqual(['a 1', 'b 1']);
    await end('a 1');
    // A vessel that waited goes before the next message of one that was served.
    expect(begun).toEqual(['a 1', 'b 1', 'c 1']);
    await end('b 1');
    expect(begun).toEqual(['a 1', 'b 1', 'c 1', 'a 2']);
  });

  test('lets go what does not fit a vessel’s queue or the memory for all', () => {
    const { inbox } = open(stage().environment, { bytes: 10 });
    expect([1, 2, 3, 4].map((n) => inbox.offer('a', message(String(n))))).toEqual([true, true, true, false]);
    expect(inbox.offer('b', message('12345678'))).toBe(false);
    expect(inbox.offer('b', message('1234567'))).toBe(true);
    expect(inbox.waiting).toBe(4);
  });

  test('keeps a message that the database could not take in its place, and tries again after growing pauses', async () => {
    const { environment, pass } = stage();
    const { inbox, begun, end } = open(environment);
    inbox.offer('a', message('1'));
    inbox.offer('a', message('2'));
    await end('a 1', 'later');
    expect(begun).toEqual(['a 1']);
    await pass(249);
    expect(begun).toEqual(['a 1']);
    await pass(1);
    expect(begun).toEqual(['a 1', 'a 1']);
    await end('a 1', 'later');
    await pass(499);
    expect(begun).toHaveLength(2);
    await pass(1);
    await end('a 1');
    expect(begun).toEqual(['a 1', 'a 1', 'a 1', 'a 2']);
    expect(inbox.waiting).toBe(1);
  });

  test('a vessel whose message waits does not hold up the others', async () => {
    const { environment } = stage();
    const { inbox, begun, end } = open(environment, { parallel: 1 });
    inbox.offer('a', message('1'));
    await end('a 1', 'later');
    inbox.offer('b', message('1'));
    expect(begun).toEqual(['a 1', 'b 1']);
  });

  test('closes when what is being handled has ended, and takes nothing more', async () => {
    const { inbox, begun, end } = open(stage().environment);
    inbox.offer('a', message('1'));
    inbox.offer('a', message('2'));
    let closed = false;
    const closing = inbox.close().then(() => {
      closed = true;
    });
    await settle();
    expect(closed).toBe(false);
    expect(inbox.offer('b', message('1'))).toBe(false);
    await end('a 1');
    await closing;
    expect(begun).toEqual(['a 1']);
  });
});
