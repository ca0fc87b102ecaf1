import { describe, expect, test } from 'vitest';
import { judge, type Write } from '../../chaos/ledger.ts';
import { databaseFaults, planFault, planKills, victims } from '../../chaos/plan.ts';
import { seeded } from '#support/seeded.ts';

const write = (outcome: Write['outcome']): Write => ({
  mark: 'm',
  side: 'ship',
  operation: 'create',
  outcome,
});
const found = (...places: string[]) => new Map([['m', places]]);

describe('what is said to be done and what is there', () => {
  test('an answered write has to be on both ends, once', () => {
    const ends = { ship: found('v1#1'), shore: found('v1#1') };
    expect(judge([write('answered')], ends)).toEqual({ lost: [], doubled: [] });
    expect(judge([write('answered')], { ...ends, shore: new Map() }).lost).toHaveLength(1);
    expect(judge([write('answered')], { ...ends, shore: found('v1#1', 'v1#2') }).doubled).toHaveLength(1);
  });

  test('an unanswered one may be there, but not twice', () => {
    for (const places of [[], ['v1#1']])
      expect(judge([write('unanswered')], { ship: found(...places) })).toEqual({ lost: [], doubled: [] });
    expect(judge([write('unanswered')], { ship: found('v1#1', 'v1#7') }).doubled).toHaveLength(1);
  });

  test('a refused one must not be there', () => {
    expect(judge([write('refused')], { ship: new Map() })).toEqual({ lost: [], doubled: [] });
    expect(judge([write('refused')], { ship: found('v1#1') }).doubled).toHaveLength(1);
  });
});

describe('the kills of a round', () => {
  test('take every process, at moments within the round, the same ones for the same seed', () => {
    const plan = planKills(seeded(7), { kills: 6, within: 4_000 });
    expect(plan).toEqual(planKills(seeded(7), { kills: 6, within: 4_000 }));
    expect(plan).not.toEqual(planKills(seeded(8), { kills: 6, within: 4_000 }));
    expect(new Set(plan.map((kill) => kill.victim))).toEqual(new Set(victims));
    expect(plan).toHaveLength(6);
    expect(plan.map((kill) => kill.at)).toEqual(plan.map((kill) => kill.at).toSorted((a, b) => a - b));
    for (const kill of plan) expect(kill.at).toBeLessThanOrEqual(4_000);
  });
});

test('the faults of five rounds are one of each kind, the same ones for the same seed', () => {
  const planned = (seed: number) => {
    const random = seeded(seed);
    return [1, 2, 3, 4, 5].map((round) =>
      planFault(random, { round, within: 4_000, faults: databaseFaults }),
    );
  };
  expect(new Set(planned(7).map(({ fault }) => fault))).toEqual(new Set(databaseFaults));
  expect(planned(7)).toEqual(planned(7));
  expect(planned(7)).not.toEqual(planned(8));
});
