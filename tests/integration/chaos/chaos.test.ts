import { expect, test } from 'vitest';
import { runChaos } from '../../chaos/chaos.ts';
import { wellWithin } from '../../chaos/well-again.ts';

test(
  'what is killed and what the database does under load loses, doubles and alters nothing, and the gateway comes back',
  { timeout: 180_000 },
  async () => {
    const outcome = await runChaos({
      rounds: 2,
      seed: 20,
      kills: 4,
      loadMs: 2_000,
      faults: ['read-only', 'silent'],
    });
    expect(outcome.wrong).toEqual([]);
    const killed = outcome.rounds.flatMap((round) => Object.values(round.killed));
    expect(Math.min(...killed)).toBeGreaterThan(0);
    expect(outcome.worstWell).toBeLessThanOrEqual(wellWithin);
    const answered = outcome.rounds.reduce((sum, round) => sum + round.writes.answered, 0);
    expect(answered).toBeGreaterThan(50);
    expect(outcome.end.changes).toBeGreaterThanOrEqual(answered);
  },
);
