/**
 * `npm run verify`: proves that a vessel's tables are what its journal says and that nobody altered the journal; with
 * the office's address, that ship and shore hold the same. For shore's database alone `src/shore/verify-program.ts`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { notCovered } from '#shared/sync/verified-coverage.ts';
import { vesselCoverage } from '#vessel/store/verify/coverage.ts';
import { readHolding } from '#vessel/store/verify/read-holding.ts';
import { verifyJournal, type Verification } from '#vessel/store/verify/verify.ts';
import { hasPassword } from '#link/shown-secrets.ts';
import { compareWithShore } from './compare-with-shore.ts';

const given = z.object({
  data: z.string().optional(),
  shore: z.string().optional(),
  keyFile: z.string().optional(),
});

interface Request {
  file: string;
  shore: { url: string; key: string | null } | null;
}

/** Ends with a sentence about what is missing or wrong. */
function readOptions(command: Command): Request {
  command.parse();
  const { data, shore, keyFile } = given.parse(command.opts());
  if (data === undefined) {
    command.error("error: --data DIR is missing: the folder of the vessel's database, e.g. --data ./vessel");
  }
  const file = join(data, databaseFileName);
  if (!existsSync(file)) {
    command.error(
      `error: --data ${data}: there is no vessel's database (${databaseFileName}) in this folder`,
    );
  }
  if (shore === undefined) return { file, shore: null };
  if (!/^https?:$/.test(URL.parse(shore)?.protocol ?? '')) {
    command.error(
      `error: --shore ${shore}: this is not the address of the office's gateway, e.g. https://office.example.com`,
    );
  }
  if (hasPassword(shore))
    command.error(
      'error: --shore: give the key in a file (--key-file), not in the address: others can read it there',
    );
  return { file, shore: { url: shore, key: keyFile === undefined ? null : readKey(command, keyFile) } };
}

function readKey(command: Command, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    return command.error(
      `error: --key-file ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function run({ file, shore }: Request): Promise<void> {
  let verification: Verification;
  let holding: ReturnType<typeof readHolding>;
  try {
    verification = verifyJournal(file);
    holding = shore === null ? null : readHolding(file);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    tell(`Not verified: The database cannot be read: ${words}`, 3);
    return;
  }
  if (verification.ok) {
    const { changes, records, waiting, beyond } = verification;
    tell(
      `Verified: ${changes} changes give exactly the ${records} records in the tables, who changed each last, the ` +
        'conflicts, what is said of changes that were not applied and the contents on board, and the hash chain holds. ' +
        `${waiting} of them wait for shore.` +
        (beyond === 0 ? '' : ` Of ${beyond} beyond a gap the chain tells once it closes.`),
    );
    for (const what of notCovered(vesselCoverage)) tell(`Not covered: ${what}.`);
  } else tell(`Not verified: ${verification.difference}`, 1);
  if (shore === null || holding === null) return;
  const compared = await compareWithShore(holding, shore);
  if (compared.outcome === 'equal')
    tell(
      `Ship = shore: ${compared.records} records and ${compared.changes} changes are the same on both ends.` +
        (compared.unseen === 0
          ? ''
          : ` Of ${compared.unseen} changes from before this computer was set up it has the outcome alone, which is among these records.`),
    );
  else if (compared.outcome === 'unreachable')
    tell(`Not compared: the office at ${shore.url} cannot be asked: ${compared.reason}.`, 3);
  else tell(['Ship and shore differ:', ...compared.lines].join('\n  '), 1);
}

function tell(text: string, exitCode?: 1 | 3): void {
  process.stdout.write(`${text}\n`);
  if (exitCode !== undefined) process.exitCode ??= exitCode;
}

const command = new Command('npm run verify --')
  .description(
    "Folds a vessel's journal from nothing and compares it with the tables and the hash chain. " +
      'Reads only, also while the node runs. Ends with 0 when all agree, with 1 at the first difference, with 2 for a ' +
      'wrong option, with 3 where the database cannot be read or the office cannot be asked.',
  )
  .option('--data <dir>', "folder of the vessel's database")
  .option(
    '--shore <url>',
    "also compare with what the office's gateway at this address holds: records and journals",
  )
  .option('--key-file <file>', 'file with the API key for it')
  .option(
    '--database <url>',
    "instead of a vessel's: verify shore's database, postgres://… (also DATABASE_URL; with --vessel ID one vessel)",
  )
  .option('--database-file <file>', 'the same, from a file with nothing but that address, for its password')
  .helpOption('--help', 'show this and end')
  .allowExcessArguments(false)
  .showHelpAfterError('(--help lists every option)')
  .exitOverride();

const parameters = process.argv.slice(2);
const names = parameters.map((each) => each.split('=')[0] ?? '');
const isOfVessel = names.includes('--data') || names.includes('--help');
const isOfShore = ['--database', '--database-file'].some((name) => names.includes(name));
if (isOfShore || (!isOfVessel && (process.env['DATABASE_URL'] ?? '') !== '')) {
  const program = fileURLToPath(new URL('../../shore/verify-program.ts', import.meta.url));
  process.exitCode = spawnSync(process.execPath, [program, ...parameters], { stdio: 'inherit' }).status ?? 3;
} else {
  try {
    await run(readOptions(command));
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else tell(`Not verified: ${error instanceof Error ? error.message : String(error)}`, 3);
  }
}
