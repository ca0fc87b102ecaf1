import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkProfiles, type LinkProfile } from '#support/link/profiles.ts';
import { projectRoot } from '#support/project.ts';
import { figure, type Figure } from '../figure.ts';
import { drain, type Drain } from './drain.ts';
import { barPlot, linePlot } from './plot.ts';
import { referenceOf } from './reference.ts';
import type { Stage } from './stage.ts';

const plots = join(projectRoot, 'docs', 'benchmarks');

export function savePlot(name: string, svg: string): void {
  writeFileSync(join(plots, `${name}.svg`), svg);
}

const withoutGaps = (profile: LinkProfile): LinkProfile => ({ ...profile, gaps: null });

/** Bytes up for three weeks of changes, beside what plain JSON would need. */
export async function measureBytes(stage: Stage): Promise<Figure[]> {
  const reference = referenceOf(stage.changes);
  const count = stage.changes.length;
  const run = await drain({ stage, profile: linkProfiles.leo, withinSeconds: 120 });
  savePlot(
    'bytes-a-change',
    barPlot('Bytes a change for 10,000 changes of three weeks', 'B', [
      { name: 'JSON lines', value: reference.plain / count, ours: false },
      { name: 'JSON lines in one zstd-19 blob', value: reference.packed / count, ours: false },
      { name: 'ARUS, MQTT and all', value: run.bytesUp / count, ours: true },
    ]),
  );
  const share = (operation: string): number =>
    (100 * stage.changes.filter((change) => change.operation === operation).length) / count;
  return [
    figure('changes', count, ''),
    figure('of them updates', share('update'), '%'),
    figure('of them creates', share('create'), '%'),
    figure('of them deletes', share('delete'), '%'),
    figure('as JSON lines, a change', reference.plain / count, 'B'),
    figure('as JSON lines in one zstd-19 blob', reference.packed, 'B'),
    figure('as JSON lines in one zstd-19 blob, a change', reference.packed / count, 'B'),
    figure('LEO: bytes up', run.bytesUp, 'B'),
    figure('LEO: bytes up, a change', run.bytesUp / count, 'B'),
    figure('LEO: bytes up against the blob', run.bytesUp / reference.packed, '', { most: 0.6 }),
    figure('LEO: bytes down', run.bytesDown, 'B'),
    figure('LEO: until shore has all', run.seconds, 's'),
  ];
}

/** Time over a geostationary satellite, with an urgent change made half-way. */
export async function measureGeo(stage: Stage): Promise<Figure[]> {
  const run = await drain({
    stage,
    profile: withoutGaps(linkProfiles.geo),
    urgent: true,
    withinSeconds: 600,
  });
  saveProgress('geo', 'Three weeks of changes over GEO (64 kbit/s up)', run, stage.changes.length);
  return [
    ...timeFigures('GEO', run),
    figure(
      'GEO: urgent change in the middle, until the ship knows shore has it',
      run.urgentSeconds ?? NaN,
      's',
      {
        most: 5,
      },
    ),
  ];
}

export async function measureWorst(stage: Stage): Promise<Figure[]> {
  const run = await drain({ stage, profile: withoutGaps(linkProfiles.worst), withinSeconds: 1_200 });
  saveProgress(
    'worst',
    'Three weeks of changes over the worst link (22 kbit/s up)',
    run,
    stage.changes.length,
  );
  return timeFigures('worst', run);
}

/** The worst link again, with its black hole of 70 s when half of the changes have arrived. */
export async function measureBlackHole(stage: Stage): Promise<Figure[]> {
  const hole = 70;
  const run = await drain({
    stage,
    profile: withoutGaps(linkProfiles.worst),
    gap: { kind: 'black hole', lengthMs: hole * 1_000 },
    withinSeconds: 1_800,
  });
  saveProgress(
    'worst-black-hole',
    'The worst link with a black hole of 70 s half-way',
    run,
    stage.changes.length,
  );
  return [
    figure('worst with a black hole: until shore has all, without the 70 s', run.seconds - hole, 's'),
    figure(
      'worst with a black hole: against the least there is, without the 70 s',
      (run.seconds - hole) / run.leastSeconds,
      '',
    ),
    figure('worst with a black hole: bytes up', run.bytesUp, 'B'),
    figure('worst with a black hole: connections', run.connections, ''),
  ];
}

function timeFigures(name: string, run: Drain): Figure[] {
  return [
    figure(`${name}: bytes up`, run.bytesUp, 'B'),
    figure(`${name}: bytes down`, run.bytesDown, 'B'),
    figure(`${name}: packets lost on the way up`, run.lost, ''),
    figure(`${name}: until shore has all`, run.seconds, 's'),
    figure(`${name}: until the ship knows`, run.secondsUntilKnown, 's'),
    figure(`${name}: bytes at the link's rate and three round trips`, run.leastSeconds, 's'),
    figure(`${name}: against the least there is`, run.seconds / run.leastSeconds, '', { most: 1.15 }),
  ];
}

function saveProgress(name: string, title: string, run: Drain, changes: number): void {
  const ashore = run.samples.map(({ seconds, changesAshore }) => [seconds, changesAshore] as const);
  savePlot(
    name,
    linePlot(title, { x: 'seconds', y: 'changes' }, [
      { name: 'changes in shore’s database', points: ashore },
      {
        name: 'as fast as the link carries these bytes',
        points: [
          [0, 0],
          [run.leastSeconds, changes],
        ],
        dashed: true,
      },
    ]),
  );
}
