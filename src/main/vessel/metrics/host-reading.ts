import { statfsSync, statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How the node's process and its disk do, read since the last reading. */
export interface HostReading {
  /** 99 of 100 turns of the event loop came no later than this, milliseconds. */
  eventLoopP99Ms: number;
  heapBytes: number;
  residentBytes: number;
  /** Of the database's write-ahead log; null where it cannot be read. */
  walBytes: number | null;
  /** Free for this program on the disk of the records; null where it cannot be read. */
  freeBytes: number | null;
}

export interface HostWatch {
  read(): HostReading;
  stop(): void;
}

/** Begins to watch. @param databaseFile the database, its log beside it */
export function watchHost(databaseFile: string): HostWatch {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    read() {
      const { heapUsed, rss } = process.memoryUsage();
      // Nanoseconds; what it counts includes its own resolution.
      const late = Math.max(0, delay.percentile(99) / 1e6 - 20);
      delay.reset();
      return {
        eventLoopP99Ms: late,
        heapBytes: heapUsed,
        residentBytes: rss,
        walBytes: orNull(() => statSync(`${databaseFile}-wal`).size),
        freeBytes: orNull(() => {
          const { bavail, bsize } = statfsSync(databaseFile);
          return bavail * bsize;
        }),
      };
    },
    stop: () => void delay.disable(),
  };
}

function orNull(read: () => number): number | null {
  try {
    return read();
  } catch {
    return null;
  }
}
