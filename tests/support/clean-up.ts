type Kind = 'processes' | 'directories';

const steps: Record<Kind, (() => void)[]> = { processes: [], directories: [] };

/** Keeps `step` for `cleanUp`. Processes end before the directories in which they write are removed. */
export function whenTestsEnd(kind: Kind, step: () => void): void {
  steps[kind].push(step);
}

/** Ends what the tests of this process left running and removes what they left on disk. Safe to call twice. */
export function cleanUp(): void {
  for (const step of [...steps.processes, ...steps.directories]) step();
}

process.on('exit', cleanUp);
