import type { Environment, StartBeside } from '#shared/ports.ts';
import { copyMessage, type CopyAnswer, type CopyStep, type CopyWork } from './copy-work.ts';

/** Beside what it is given for its bytes, a piece of work has so long; ms. */
const patienceMs = 2 * 60_000;
/** The slowest that a drive may be without being given up; bytes a millisecond. */
const slowest = 100;

/** Runs work beside the node, one piece at a time, each for a bounded time. */
export class Runner {
  readonly #environment: Environment;
  readonly #start: StartBeside;
  readonly #onStep: () => void;
  #step: CopyStep | null = null;
  #end: () => void = () => undefined;
  /** Settles when nothing runs any more. */
  #idle: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isClosed = false;

  /** @param onStep what is done has changed */
  constructor(environment: Environment, start: StartBeside, onStep: () => void) {
    this.#environment = environment;
    this.#start = start;
    this.#onStep = onStep;
  }

  /** What is being done; null for nothing. */
  get step(): CopyStep | null {
    return this.#step;
  }

  /** True while something runs or waits to; also where it was given up and has not ended yet. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /**
   * @param bytes that it has to read or write, for how long it may take
   * @returns what came of it; never rejects
   */
  run(work: CopyWork, bytes: number): Promise<CopyAnswer> {
    const given = Promise.withResolvers<CopyAnswer>();
    this.#waiting += 1;
    this.#idle = this.#idle
      .then(() => this.#run(work, bytes, given.resolve))
      .then(() => {
        this.#waiting -= 1;
      });
    return given.promise;
  }

  /** Ends what runs. @returns settles when it has ended */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#end();
    return this.#idle;
  }

  /** Settles when the work has ended, which may be after it was answered for. */
  #run(work: CopyWork, bytes: number, answer: (answer: CopyAnswer) => void): Promise<void> {
    const failed = (reason: string): void => answer({ ok: false, why: 'failed', reason });
    if (this.#isClosed) {
      failed('ARUS was closed.');
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const cancel = this.#environment.after(patienceMs + bytes / slowest, () => {
        failed('It took too long and was given up.');
        this.#move(null);
        running.end();
      });
      const running = this.#start(work, {
        onTold: (message) => {
          const read = copyMessage.safeParse(message).data;
          if (read === undefined) return;
          if ('answer' in read) answer(read.answer);
          else this.#move(read.now);
        },
        onEnded: () => {
          cancel();
          // Harmless where it was answered.
          failed('It ended before it was done.');
          this.#end = () => undefined;
          this.#move(null);
          resolve();
        },
      });
      this.#end = () => running.end();
    });
  }

  #move(step: CopyStep | null): void {
    if (this.#step === step) return;
    this.#step = step;
    this.#onStep();
  }
}
