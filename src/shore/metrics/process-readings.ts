import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How the process does, read since the last reading. */
export interface ProcessReading {
  /** 99 of 100 turns of the event loop came no later than this, milliseconds. */
  eventLoopP99Ms: number;
  heapBytes: number;
  residentBytes: number;
}

/** Begins to watch the event loop. */
export function watchProcess(): { read(): ProcessReading; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    read() {
      const { heapUsed, rss } = process.memoryUsage();
      // Nanoseconds; what it counts includes its own resolution.
      const late = Math.max(0, delay.percentile(99) / 1e6 - 20);
      delay.reset();
      return { eventLoopP99Ms: late, heapBytes: heapUsed, residentBytes: rss };
    },
    stop: () => void delay.disable(),
  };
}
