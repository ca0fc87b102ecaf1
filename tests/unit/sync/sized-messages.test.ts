import { describe, expect, onTestFinished, test } from 'vitest';
import { LinkError } from '#link/link-failure.ts';
import { frameLimit } from '#shared/sync/message-limits.ts';
import { smallestMessage } from '#shared/sync/message-size.ts';
import { PieceCollector } from '#shared/sync/pieces.ts';
import { SizedMessages } from '#shared/sync/sized-messages.ts';
import { silentLog } from '#support/silent-log.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';

const topic = 'arus/mv-aurora/up/normal';

/** A broker that takes up to `limit` bytes of payload, and how it says so. */
function broker(limit: number, how: 'refuses' | 'hangs up' | 'is lost') {
  const environment = virtualEnvironment(silentLog);
  const state = { limit, announced: undefined as number | undefined, sent: 0 };
  const sizes: number[] = [];
  const refused: number[] = [];
  const collector = new PieceCollector(environment);
  const whole: Uint8Array[] = [];
  const messages = new SizedMessages({
    environment,
    packetLimit: () => state.announced,
    publish(on, payload) {
      if (payload.length > state.limit) {
        refused.push(payload.length);
        const code = how === 'refuses' ? 'refused' : 'lost';
        const tooLarge = how === 'is lost' ? undefined : how === 'refuses' ? 'said' : 'perhaps';
        return Promise.reject(new LinkError({ code, message: 'No.', tooLarge }));
      }
      sizes.push(payload.length);
      const taken = collector.take(
        { sender: 'ship', kind: 'normal', isOwn: on === topic, most: frameLimit },
        payload,
      );
      if (taken !== null) whole.push(taken);
      return Promise.resolve();
    },
    onSent: (bytes) => (state.sent += bytes),
  });
  return { environment, messages, sizes, refused, whole, state };
}

const message = (bytes: number): Uint8Array => new Uint8Array(bytes).map((_, index) => (index * 7919) % 251);

describe('messages for a broker that takes small ones only', () => {
  test('go in pieces after its first refusal, and the size is known from then on', async () => {
    const { messages, whole, refused, state } = broker(3_000, 'refuses');
    await messages.publish(topic, message(6_060), { qos: 1 });
    await messages.publish(topic, message(5_000), { qos: 1 });
    expect(state.sent).toBe(11_060);
    expect(whole).toEqual([message(6_060), message(5_000)]);
    expect([...new Set(refused)]).toEqual([6_060, 3_030]);
  });

  test('leave no failure unheard where a piece is thrown out after another was rejected', async () => {
    const unheard: unknown[] = [];
    const hear = (cause: unknown): void => void unheard.push(cause);
    process.on('unhandledRejection', hear);
    onTestFinished(() => void process.off('unhandledRejection', hear));
    let count = 0;
    const messages = new SizedMessages({
      environment: virtualEnvironment(silentLog),
      packetLimit: () => 3_000,
      publish() {
        if ((count += 1) > 1) throw new Error('The program ends');
        return Promise.reject(new Error('The link is down'));
      },
      onSent: () => undefined,
    });
    await expect(messages.publish(topic, message(12_000), { qos: 1 })).rejects.toThrow();
    await new Promise((done) => setTimeout(done, 10));
    expect(unheard).toEqual([]);
  });

  test('go in pieces at once where it announced how large a packet may be', async () => {
    const { messages, whole, refused, state } = broker(3_000 - topic.length - 20, 'refuses');
    state.announced = 3_000;
    await messages.publish(topic, message(6_060), { qos: 1 });
    expect(whole).toEqual([message(6_060)]);
    expect(refused).toEqual([]);
  });

  test('are refused only where no size at all is taken', async () => {
    const { messages, refused } = broker(0, 'refuses');
    await expect(messages.publish(topic, message(6_060), { qos: 1 })).rejects.toMatchObject({
      code: 'refused',
    });
    expect(refused.at(-1)).toBe(smallestMessage);
    expect(new Set(refused).size).toBeLessThan(10);
  });

  test('one that hangs up on the same message is believed the third time, and asked again after an hour', async () => {
    const { messages, whole, refused, environment, state } = broker(3_500, 'hangs up');
    // With each attempt the message has another number in it.
    await expect(messages.publish(topic, message(6_060), { qos: 1 })).rejects.toThrow();
    await expect(messages.publish(topic, message(6_061), { qos: 1 })).rejects.toThrow();
    await expect(messages.publish(topic, message(6_062), { qos: 1 })).rejects.toThrow();
    await messages.publish(topic, message(6_063), { qos: 1 });
    expect(whole).toHaveLength(1);
    expect(refused).toHaveLength(3);
    // It was the link, and that is well again.
    state.limit = Infinity;
    environment.advance(3_600_001);
    expect(messages.mostOn(topic)).toBe(Infinity);
  });

  test('connections that end say nothing of a size where something of that size came through, or it was another', async () => {
    const { messages, state } = broker(3_500, 'hangs up');
    const cut = (bytes: number) =>
      expect(messages.publish(topic, message(bytes), { qos: 1 })).rejects.toThrow();
    await cut(6_060);
    await cut(6_060);
    state.limit = Infinity;
    await messages.publish(topic, message(6_060), { qos: 1 });
    state.limit = 3_500;
    await cut(6_060);
    await cut(6_060);
    await cut(8_000);
    await cut(6_060);
    await cut(6_060);
    expect(messages.mostOn(topic)).toBe(Infinity);
  });

  test('what is lost teaches nothing, however often', async () => {
    const { messages } = broker(0, 'is lost');
    for (let time = 0; time < 20; time += 1)
      await expect(messages.publish(topic, message(6_060), { qos: 1 })).rejects.toThrow();
    expect(messages.mostOn(topic)).toBe(Infinity);
  });
});
