import { describe, expect, test } from 'vitest';
import { LinkError } from '#link/link-failure.ts';
import { frameLimit } from '#shared/sync/message-limits.ts';
import { smallestMessage } from '#shared/sync/message-size.ts';
import { PieceCollector } from '#shared/sync/pieces.ts';
import { SizedMessages } from '#shared/sync/sized-messages.ts';
import { silentLog } from '#support/vessel.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';

const topic = 'arus/mv-aurora/up/normal';

/** A broker that takes up to `limit` bytes of payload, and how it says so. */
function broker(limit: number, how: 'refuses' | 'hangs up') {
  const environment = virtualEnvironment(silentLog);
  const state = { limit, announced: undefined as number | undefined };
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
        const tooLarge = how === 'refuses' ? 'said' : 'perhaps';
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
  });
  return { environment, messages, sizes, refused, whole, state };
}

const message = (bytes: number): Uint8Array => new Uint8Array(bytes).map((_, index) => (index * 7919) % 251);

describe('messages for a broker that takes small ones only', () => {
  test('go in pieces after its first refusal, and the size is known from then on', async () => {
    const { messages, whole, refused } = broker(3_000, 'refuses');
    await messages.publish(topic, message(6_060), { qos: 1 });
    await messages.publish(topic, message(5_000), { qos: 1 });
    expect(whole).toEqual([message(6_060), message(5_000)]);
    expect([...new Set(refused)]).toEqual([6_060, 3_030]);
  });

  test('go in pieces at once where it announced how large a packet may be', async () => {
    const { messages, whole, refused, state } = broker(3_000 - topic.length - 20, 'refuses');
    state.announced = 3_000;
    await messages.publish(topic, message(6_060), { qos: 1 });
    expect(whole).toEqual([message(6_060)]);
    expect(refused).toEqual([]);
  });

  test('go in pieces where the receiver has such a broker, and this one takes all', async () => {
    const { messages, whole, sizes } = broker(Infinity, 'refuses');
    await messages.publish(topic, message(6_060), { qos: 1 }, { packetLimit: 2_000, most: Infinity });
    expect(whole).toEqual([message(6_060)]);
    expect(Math.max(...sizes)).toBeLessThan(2_000);
  });

  test('are refused only where no size at all is taken', async () => {
    const { messages, refused } = broker(0, 'refuses');
    await expect(messages.publish(topic, message(6_060), { qos: 1 })).rejects.toMatchObject({
      code: 'refused',
    });
    expect(refused.at(-1)).toBe(smallestMessage);
    expect(new Set(refused).size).toBeLessThan(10);
  });

  test('one that hangs up without a word is believed the second time, and asked again after ten minutes', async () => {
    const { messages, whole, refused, environment, state } = broker(3_500, 'hangs up');
    const send = (): Promise<void> => messages.publish(topic, message(6_060), { qos: 1 });
    await expect(send()).rejects.toThrow();
    await expect(send()).rejects.toThrow();
    await send();
    expect(whole).toHaveLength(1);
    expect(refused).toHaveLength(2);
    // It was the link, and that is well again.
    state.limit = Infinity;
    environment.advance(601_000);
    expect(messages.mostOn(topic)).toBe(Infinity);
  });

  test('one lost connection says nothing, nor do two with something that came through between them', async () => {
    const { messages, state } = broker(3_500, 'hangs up');
    await expect(messages.publish(topic, message(6_060), { qos: 1 })).rejects.toThrow();
    expect(messages.mostOn(topic)).toBe(Infinity);
    state.limit = Infinity;
    await messages.publish(topic, message(6_060), { qos: 1 });
    messages.arrived(6_060);
    state.limit = 3_500;
    await expect(messages.publish(topic, message(6_060), { qos: 1 })).rejects.toThrow();
    expect(messages.mostOn(topic)).toBe(Infinity);
  });
});
