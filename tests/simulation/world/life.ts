import type { Environment, Log } from '#shared/ports.ts';
import type { Dice } from './dice.ts';
import type { Timeline } from './timeline.ts';
import { Broken } from './trace.ts';

/** Thrown out of the boundary at which a process is killed. */
export class Killed extends Error {
  constructor() {
    // Nobody asks where, and it is thrown at every turn.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super('The process was killed');
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'Killed';
  }
}

/** A wall clock, which may be wrong and may be set while programs run. */
export class WallClock {
  /** Milliseconds since 1970 at the beginning of the virtual time. */
  offset: number;
  /** It goes in steps of so many milliseconds: coarse ones show the same time on board and ashore. */
  readonly grain: number;

  constructor(offset: number, grain = 1) {
    this.offset = offset;
    this.grain = grain;
  }

  at(virtual: number): number {
    return Math.floor((this.offset + virtual) / this.grain) * this.grain;
  }
}

/**
 * One life of a program, from its start to its end: the environment that it runs in, and the boundaries between its
 * steps, at each of which it can be killed. After that nothing it does has any effect.
 */
export class Life {
  readonly name: string;
  readonly environment: Environment;
  alive = true;
  /** Timers that it has set and that have not fired. */
  timers = 0;
  readonly timeline: Timeline;
  readonly #ends: (() => void)[] = [];
  #killIn = Number.POSITIVE_INFINITY;

  /**
   * @param mayFail whether an error in the program's log is something to be expected just now
   */
  constructor(
    name: string,
    timeline: Timeline,
    { clock, dice, mayFail }: { clock: WallClock; dice: Dice; mayFail: (message: string) => boolean },
  ) {
    this.name = name;
    this.timeline = timeline;
    this.environment = {
      now: () => clock.at(timeline.now),
      monotonic: () => timeline.now,
      randomBytes: (length) => dice.bytes(length),
      after: (milliseconds, action) => {
        if (!this.alive) return () => undefined;
        return this.#timer(milliseconds, action);
      },
      log: this.#log(mayFail),
    };
  }

  /** A timer of the program itself; what is on its way to it over the network is none. */
  #timer(milliseconds: number, action: () => void): () => void {
    this.timers += 1;
    let isSet = true;
    const unset = (): void => {
      if (isSet) this.timers -= 1;
      isSet = false;
    };
    const cancel = this.timeline.after(milliseconds, this, () => {
      unset();
      action();
    });
    return () => {
      unset();
      cancel();
    };
  }

  /** Calls `action` when the life ends, in whatever way. */
  onEnd(action: () => void): void {
    this.#ends.push(action);
  }

  /** The life ends at the `count`-th boundary from here. */
  killAtBoundary(count: number): void {
    this.#killIn = count;
  }

  /** @throws {Killed} when the life has ended, or ends here */
  boundary(): void {
    if (this.alive) {
      this.#killIn -= 1;
      if (this.#killIn > 0) return;
      this.end('killed between two steps');
    }
    throw new Killed();
  }

  /** Runs a step of the program. Being killed in it is no failure; anything else thrown is. */
  run(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof Killed || !this.alive) return;
      throw error;
    }
  }

  end(how: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.timeline.trace.add(this.timeline.now, this.name, how, this.timers);
    for (const action of this.#ends.splice(0)) action();
  }

  #log(mayFail: (message: string) => boolean): Log {
    const { trace } = this.timeline;
    const tell = (level: string) => (fields: object, message: string) => {
      if (this.alive) trace.note(this.timeline.now, this.name, () => `${level}: ${message} ${shown(fields)}`);
    };
    const error = (fields: object, message: string): void => {
      if (!this.alive || isKilled(fields)) return;
      tell('error')(fields, message);
      if (!mayFail(message))
        this.timeline.fail(
          new Broken('no error nobody expects', `${this.name}: ${message} ${shown(fields)}`),
        );
    };
    return { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error };
  }
}

function isKilled(fields: object): boolean {
  return 'err' in fields && fields.err instanceof Killed;
}

function shown(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? `${value.name}: ${value.message}` : value,
  );
}
