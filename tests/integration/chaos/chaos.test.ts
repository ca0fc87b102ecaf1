import { expect, test } from 'vitest';
import { runChaos } from '../../chaos/chaos.ts';

test(
  'vessel node, gateway, broker and database killed under load lose, double and alter nothing',
  { timeout: 180_000 },
  async () => {
    const outcome = await runChaos({ rounds: 2, seed: 20, kills: 5, loadMs: 3_000 });
    expect(outcome.wrong).toEqual([]);
    const killed = outcome.rounds.flatMap((round) => Object.values(round.killed));
    expect(Math.min(...killed)).toBeGreaterThan(0);
    const answered = outcome.rounds.reduce((sum, round) => sum + round.writes.answered, 0);
    expect(answered).toBeGreaterThan(50);
    expect(outcome.end.changes).toBeGreaterThanOrEqual(answered);
  },
);
