import { Command } from 'commander';
import { z } from 'zod';
import { report, type Figure } from '../figure.ts';
import { measureFileTransfer } from './file-transfer.ts';
import { measureConversations } from './conversations.ts';
import { measureBlackHole, measureBytes, measureGeo, measureWorst } from './drains.ts';
import { measurePeers } from './peers.ts';
import { measurePhoto } from './photo.ts';
import { setStage, type Stage } from './stage.ts';

/** `npm run bench:link`: what ship and shore need of a satellite link; exit 1 when a target is missed. */
const parts: Record<string, (stage: Stage) => Promise<Figure[]>> = {
  bytes: measureBytes,
  'by-hand': measureFileTransfer,
  conversations: measureConversations,
  geo: measureGeo,
  peers: measurePeers,
  worst: measureWorst,
  hole: measureBlackHole,
};
/** Needs no three weeks of work on board. */
const photoPart = 'photo';
const names = [...Object.keys(parts), photoPart];

const program = new Command('npm run bench:link --')
  .description('Sends three weeks of changes over simulated satellite links and counts bytes and seconds.')
  .option('--json <file>', 'also write [{name, value, unit, target, ok}]')
  .option('--only <parts>', `some of ${names.join(',')}, with commas between them`)
  .option(
    '--photo-speed <times>',
    'the worst link, for the photo so many times faster; 1 takes 40 minutes',
    '20',
  )
  .parse();
const options = z
  .object({
    json: z.string().optional(),
    only: z.string().optional(),
    photoSpeed: z.coerce.number().min(1).max(100),
  })
  .parse(program.opts());
const wanted = options.only?.split(',') ?? names;
if (wanted.some((name) => !names.includes(name)))
  program.error(`--only takes some of ${names.join(',')}`, { exitCode: 2 });

const stage = wanted.every((name) => name === photoPart) ? null : await setStage();
const figures: Figure[] = [];
let failed = false;
for (const name of wanted) {
  process.stderr.write(`${name} …\n`);
  try {
    if (name === photoPart) figures.push(...(await measurePhoto(options.photoSpeed)));
    else if (stage !== null) figures.push(...((await parts[name]?.(stage)) ?? []));
  } catch (error) {
    // The other parts took minutes, and stand by themselves.
    console.error(error);
    failed = true;
  }
}
await stage?.remove();
report(figures, options.json);
process.exit(!failed && figures.every((each) => each.ok) ? 0 : 1);
