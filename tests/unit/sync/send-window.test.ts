import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { lanes, type Lane } from '#shared/records/record.ts';
import {
  hasReceived,
  nothingReceived,
  withNumber,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { SendWindow, type Flight } from '#shared/sync/send-window.ts';

function flight(lane: Lane, first: number, last: number): Flight {
  return { lane, first, last, hash: '', changes: last - first + 1, bytes: 100, sentAt: 0 };
}

const upTo = (number: number): ReceivedRanges => ({ upTo: number, beyond: [] });

/** Sends batches of ten until there is no room, as the sender does. */
function fill(window: SendWindow, lane: Lane): Flight[] {
  const sent: Flight[] = [];
  while (window.hasRoom(lane)) {
    const first = window.sentUpTo(lane) + 1;
    const next = flight(lane, first, first + 9);
    window.sent(next);
    sent.push(next);
  }
  return sent;
}

describe('the window of a sender', () => {
  test('serves urgent changes first and those that can wait last', () => {
    expect(SendWindow.order).toEqual(['urgent', 'normal', 'bulk']);
  });

  test('never has more on its way than its size, and one urgent batch besides', () => {
    const events = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...lanes).map((lane) => ({ send: lane })) },
        { weight: 2, arbitrary: fc.nat({ max: 60 }).map((number) => ({ held: number })) },
        { weight: 1, arbitrary: fc.constant('rewind' as const) },
        { weight: 1, arbitrary: fc.nat({ max: 60 }).map((number) => ({ promoted: number })) },
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), events, (size, given) => {
        const window = new SendWindow(size);
        let next = 1;
        for (const event of given) {
          if (event === 'rewind') window.rewind();
          else if ('held' in event) window.acknowledge(upTo(event.held));
          else if ('promoted' in event) window.rewindLane('urgent', event.promoted);
          else if (window.hasRoom(event.send)) window.sent(flight(event.send, next, (next += 3) - 1));
          expect(window.inFlight.length).toBeLessThanOrEqual(size + 1);
          if (window.inFlight.length === size + 1) expect(window.hasRoom('urgent')).toBe(false);
          if (window.inFlight.length >= size)
            expect([window.hasRoom('normal'), window.hasRoom('bulk')]).toEqual([false, false]);
        }
      }),
    );
  });

  test('lets an urgent batch go when everything else has filled it', () => {
    const window = new SendWindow(3);
    expect(fill(window, 'normal')).toHaveLength(3);
    expect(window.hasRoom('bulk')).toBe(false);
    expect(window.hasRoom('urgent')).toBe(true);
    window.sent(flight('urgent', 90, 92));
    expect(window.hasRoom('urgent')).toBe(false);
  });

  test('goes on in each lane after what it sent last there', () => {
    const window = new SendWindow(4);
    window.sent(flight('normal', 1, 10));
    window.sent(flight('urgent', 11, 11));
    expect([window.sentUpTo('normal'), window.sentUpTo('urgent'), window.sentUpTo('bulk')]).toEqual([
      10, 11, 0,
    ]);
    window.acknowledge(upTo(11));
    expect([window.sentUpTo('normal'), window.sentUpTo('urgent'), window.sentUpTo('bulk')]).toEqual([
      10, 11, 0,
    ]);
  });

  test('frees the place of a batch when the other end holds all of it, whatever order the answers come in', () => {
    const acknowledged = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    fc.assert(
      fc.property(acknowledged, (numbers) => {
        const window = new SendWindow(4);
        const sent = [flight('normal', 1, 4), flight('normal', 5, 5), flight('normal', 6, 12)];
        for (const each of sent) window.sent(each);
        let received = nothingReceived;
        const freed: Flight[] = [];
        for (const number of numbers)
          freed.push(...window.acknowledge((received = withNumber(received, number))));
        const complete = sent.filter(
          ({ first, last }) => hasReceived(received, first) && hasReceived(received, last),
        );
        expect([...freed].sort((a, b) => a.first - b.first)).toEqual(complete);
        expect(window.inFlight).toEqual(sent.filter((each) => !complete.includes(each)));
      }),
    );
  });

  test('an old acknowledgement that comes late frees nothing that is still on its way', () => {
    const window = new SendWindow(4);
    fill(window, 'normal');
    expect(window.acknowledge(upTo(20))).toHaveLength(2);
    expect(window.acknowledge(upTo(10))).toEqual([]);
    expect(window.inFlight.map(({ first }) => first)).toEqual([21, 31]);
  });

  test('an acknowledgement of part of a batch keeps its place taken', () => {
    const window = new SendWindow(4);
    window.sent(flight('normal', 1, 10));
    expect(window.acknowledge(upTo(9))).toEqual([]);
    expect(window.acknowledge({ upTo: 0, beyond: [[10, 10]] })).toEqual([]);
    expect(window.inFlight).toHaveLength(1);
  });

  test('starts again from the oldest unacknowledged change after a loss, with all places free', () => {
    const window = new SendWindow(3);
    fill(window, 'normal');
    window.sent(flight('urgent', 99, 99));
    window.rewind();
    expect(window.inFlight).toEqual([]);
    for (const lane of lanes) expect(window.sentUpTo(lane)).toBe(0);
    expect(fill(window, 'normal')).toHaveLength(3);
  });

  test('goes back in the urgent lane for an older change that was moved into it, and in no other lane', () => {
    const window = new SendWindow(4);
    window.sent(flight('normal', 1, 10));
    window.sent(flight('urgent', 14, 14));
    window.rewindLane('urgent', 7);
    expect(window.sentUpTo('urgent')).toBe(6);
    expect(window.sentUpTo('normal')).toBe(10);
    expect(window.inFlight).toHaveLength(2);
  });

  test('does not go back for a change that comes after what it sent', () => {
    const window = new SendWindow(4);
    window.sent(flight('urgent', 14, 14));
    window.rewindLane('urgent', 15);
    expect(window.sentUpTo('urgent')).toBe(14);
    window.rewindLane('urgent', 14);
    expect(window.sentUpTo('urgent')).toBe(13);
  });
});
