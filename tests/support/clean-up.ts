type Kind = 'processes' | 'disks' | 'directories';

const steps: Record<Kind, (() => void)[]> = { processes: [], disks: [], directories: [] };

/** Keeps `step` for `cleanUp`. Processes end before disks and directories in which they write are removed. */
export function whenTestsEnd(kind: Kind, step: () => void): void {
  steps[kind].push(step);
}

/** Ends what the tests of this process left running and removes what they left on disk. Safe to call twice. */
export function cleanUp(): void {
  for (const step of [...steps.processes, ...steps.disks, ...steps.directories]) step();
}

process.on('exit', cleanUp);
