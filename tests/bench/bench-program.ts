import { Command } from 'commander';
import { z } from 'zod';
import { benchAshore } from './ashore.ts';
import { benchBacklog } from './backlog.ts';
import { benchCopies } from './copies.ts';
import { report, type Figure } from './figure.ts';
import { benchLists } from './lists.ts';
import { benchLoad } from './load.ts';
import { benchLoop } from './loop.ts';
import { benchMemory } from './memory.ts';
import { benchSnapshot } from './snapshot.ts';
import { benchSync } from './sync.ts';
import { benchWrites } from './writes.ts';

/** `npm run bench`: prints every figure beside its target; exit 1 when one is missed. */
const parts: Record<string, () => Figure[] | Promise<Figure[]>> = {
  writes: benchWrites,
  lists: benchLists,
  sync: benchSync,
  snapshot: benchSnapshot,
  memory: benchMemory,
  backlog: benchBacklog,
  ashore: benchAshore,
  load: benchLoad,
  loop: benchLoop,
  copies: benchCopies,
};

const program = new Command('npm run bench --')
  .description('Measures what the vessel node promises, side by side in one run.')
  .option('--json <file>', 'also write [{name, value, unit, target, ok}]')
  .option('--only <part>', `one of ${Object.keys(parts).join(', ')}`)
  .parse();
const options = z.object({ json: z.string().optional(), only: z.string().optional() }).parse(program.opts());
if (options.only !== undefined && parts[options.only] === undefined)
  program.error(`--only takes one of ${Object.keys(parts).join(', ')}`, { exitCode: 2 });

const figures: Figure[] = [];
for (const [name, run] of Object.entries(parts))
  if (options.only === undefined || options.only === name) figures.push(...(await run()));
report(figures, options.json);
process.exit(figures.every((each) => each.ok) ? 0 : 1);
