import { writeFileSync } from 'node:fs';

/** One line of a benchmark's outcome. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What must hold, in words such as `>= 0.8`; null for a figure that is only told. */
  target: string | null;
  ok: boolean;
}

/** A figure held against a target: `least` or `most`. */
export function figure(
  name: string,
  value: number,
  unit: string,
  target: { least: number } | { most: number } | null = null,
): Figure {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
  if (target === null) return { name, value: rounded, unit, target: null, ok: true };
  if ('least' in target)
    return { name, value: rounded, unit, target: `>= ${target.least}`, ok: value >= target.least };
  return { name, value: rounded, unit, target: `<= ${target.most}`, ok: value <= target.most };
}

/** Prints the figures as a table, and writes them as JSON when a file is given. */
export function report(figures: readonly Figure[], jsonFile: string | undefined): void {
  const width = Math.max(...figures.map((each) => each.name.length));
  for (const each of figures) {
    const verdict = each.target === null ? '' : `  ${each.target}  ${each.ok ? 'ok' : 'MISSED'}`;
    process.stdout.write(
      `${each.name.padEnd(width)}  ${String(each.value).padStart(9)} ${each.unit}${verdict}\n`,
    );
  }
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}

/** The value below which `share` (0 to 1) of `samples` lie. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function mean(samples: readonly number[]): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}
