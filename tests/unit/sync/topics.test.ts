import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { lanes } from '#shared/records/record.ts';
import {
  gatewayPresence,
  gatewayPresences,
  laneOfKind,
  parseTopic,
  shoreInbox,
  topicOf,
  vesselId,
  vesselInbox,
  type TopicKind,
} from '#shared/sync/topics.ts';

const vessels = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{1,39}$/).filter((id) => id !== 'shore');
const directions = fc.constantFrom('up' as const, 'down' as const);
const kinds = fc.constantFrom<TopicKind>('urgent', 'normal', 'bulk', 'ack', 'hello', 'telemetry', 'presence');

/** Whether an MQTT subscription brings a topic (MQTT 5, section 4.7). */
function brings(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  const rest = wanted.indexOf('#');
  if (rest !== -1) wanted.length = levels.length = rest;
  return (
    wanted.length === levels.length &&
    wanted.every((level, index) => level === '+' || level === levels[index])
  );
}

describe('topics', () => {
  test('say which vessel, which direction and what, and nothing else is understood', () => {
    fc.assert(
      fc.property(vessels, directions, kinds, (vessel, direction, kind) => {
        expect(parseTopic(topicOf(vessel, direction, kind))).toEqual({ vessel, direction, kind });
      }),
    );
  });

  test('up reach the office and no vessel; down reach that vessel and neither another nor the office', () => {
    fc.assert(
      fc.property(vessels, vessels, kinds, (vessel, other, kind) => {
        const up = topicOf(vessel, 'up', kind);
        const down = topicOf(vessel, 'down', kind);
        expect(brings(shoreInbox, up)).toBe(true);
        expect(brings(vesselInbox(vessel), up)).toBe(false);
        expect(brings(vesselInbox(vessel), down)).toBe(true);
        expect(brings(vesselInbox(other), down)).toBe(other === vessel);
        expect(brings(shoreInbox, down)).toBe(false);
        expect(brings(gatewayPresences, up) || brings(gatewayPresences, down)).toBe(false);
      }),
    );
  });

  test("a gateway's presence is no vessel's message", () => {
    expect(brings(gatewayPresences, gatewayPresence('gateway-1'))).toBe(true);
    expect(brings(shoreInbox, gatewayPresence('gateway-1'))).toBe(false);
    expect(parseTopic(gatewayPresence('gateway-1'))).toBeNull();
  });

  test.each([
    'arus/mv-aurora/up',
    'arus/mv-aurora/up/normal/more',
    'arus/mv-aurora/sideways/normal',
    'arus/mv-aurora/up/gossip',
    'other/mv-aurora/up/normal',
    'arus//up/normal',
    'arus/shore/up/normal',
    'arus/+/up/normal',
    'arus/mv aurora/up/normal',
    'arus/mv-aurora/up/constructor',
    '/arus/mv-aurora/up/normal',
    'arus',
    '',
  ])("'%s' is not ours", (topic) => {
    expect(parseTopic(topic)).toBeNull();
  });

  test('no text at all makes the reader stumble', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.string()).map((parts) => parts.join('/')),
        ),
        (text) => {
          const parsed = parseTopic(text);
          expect(parsed === null || topicOf(parsed.vessel, parsed.direction, parsed.kind) === text).toBe(
            true,
          );
        },
      ),
    );
  });

  test('changes travel on the topic of their lane, and other messages on none', () => {
    for (const lane of lanes) expect(laneOfKind(lane)).toBe(lane);
    for (const kind of ['ack', 'hello', 'telemetry', 'presence'] as const)
      expect(laneOfKind(kind)).toBeNull();
  });
});

describe("a vessel's id", () => {
  test.each(['mv-aurora', 'IMO9321483', 'a1', 'a'.repeat(40)])("may be '%s'", (id) => {
    expect(vesselId.safeParse(id).success).toBe(true);
  });

  test.each(['', 'a', 'a'.repeat(41), '-a', '_a', 'a/b', 'a+', 'a#', 'a b', 'shore', 'é1', 'ab\n'])(
    "may not be '%s'",
    (id) => {
      expect(vesselId.safeParse(id).success).toBe(false);
    },
  );
});
