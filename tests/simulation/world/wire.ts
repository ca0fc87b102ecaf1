import { DatabaseError } from '../shore/tables.ts';
import type { Wire } from '../shore/wire.ts';
import type { Dice } from './dice.ts';
import type { Life } from './life.ts';

/** How shore's database is doing. */
export interface DatabaseWeather {
  away: boolean;
  /** Milliseconds that a statement takes, at most. */
  slowestMs: number;
  /** Chance that a transaction is told that another one was in its way. */
  conflict: number;
  /** Chance that a commit is done and the program is told of a broken connection. */
  unknownOutcome: number;
}

export const fairDatabase: DatabaseWeather = { away: false, slowestMs: 2, conflict: 0, unknownOutcome: 0 };

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** What lies between one gateway and the database: every statement is a boundary at which the gateway can be killed. */
export function wireOf(life: Life, dice: Dice, weather: () => DatabaseWeather): Wire {
  const { timeline } = life;
  const pass = (what: string): Promise<void> | null => {
    if (!life.alive) return never();
    try {
      life.boundary();
    } catch {
      return never();
    }
    if (weather().away)
      return Promise.reject(new DatabaseError('57P01', `the database went away at ${what}`));
    return null;
  };
  const travel = (): Promise<void> =>
    new Promise((resolve) => void timeline.after(dice.fraction() * weather().slowestMs, life, resolve));
  return {
    statement(what) {
      const refused = pass(what);
      if (refused !== null) return refused;
      const { conflict, slowestMs } = weather();
      if (what === 'commit' && dice.chance(conflict))
        return Promise.reject(new DatabaseError('40001', 'could not serialize access'));
      // Others come in between at every statement now and then, and always around a lock and a commit.
      const waits = what === 'commit' || what.endsWith('for update') || dice.chance(0.15) || slowestMs > 50;
      return waits ? travel() : Promise.resolve();
    },
    committed() {
      const refused = pass('commit');
      if (refused !== null) return refused;
      if (dice.chance(weather().unknownOutcome))
        return Promise.reject(new DatabaseError('08006', 'the connection broke at the commit'));
      return dice.chance(0.3) ? travel() : Promise.resolve();
    },
    notice: (deliver) => void timeline.after(1 + dice.fraction() * 10, life, deliver),
    // A server notices at once, or after a while, that a client is gone; till then its locks stand.
    onEnd: (action) =>
      life.onEnd(() => {
        if (dice.chance(0.6)) action();
        else timeline.after(dice.fraction() * 20_000, null, action);
      }),
  };
}
