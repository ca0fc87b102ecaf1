import { readFileSync } from 'node:fs';

/** Highest resident memory of a process so far, MB, as Linux counts it. */
export function peakMemory(pid: number): number {
  const [, kilobytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1_000;
}
