import { randomBytes } from 'node:crypto';
import type { Environment, Log } from '#shared/ports.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

export interface TestEnvironment extends Environment {
  /** Milliseconds that its wall clock is ahead of this machine's. */
  skew: number;
  readonly lines: LogLine[];
}

/** This machine's clock and timers, and a log that a test can read. */
export function testEnvironment(): TestEnvironment {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']): Log['info'] =>
    (fields, message) =>
      void lines.push({ level, fields, message });
  return {
    skew: 0,
    lines,
    now() {
      return Date.now() + this.skew;
    },
    monotonic: () => performance.now(),
    randomBytes: (length) => randomBytes(length),
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  };
}
