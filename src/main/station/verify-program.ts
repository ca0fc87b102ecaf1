/** `npm run verify`: proves that a vessel's tables are what its journal says, and that nobody altered the journal. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal, type Verification } from '#vessel/store/verify.ts';

const given = z.object({ data: z.string().optional() });

/** Returns the database's file; ends with a sentence about what is missing or wrong. */
function readOptions(command: Command): string {
  command.parse();
  const { data } = given.parse(command.opts());
  if (data === undefined) {
    command.error("error: --data DIR is missing: the folder of the vessel's database, e.g. --data ./vessel");
  }
  const file = join(data, databaseFileName);
  if (!existsSync(file)) {
    command.error(
      `error: --data ${data}: there is no vessel's database (${databaseFileName}) in this folder`,
    );
  }
  return file;
}

function verify(file: string): Verification {
  try {
    return verifyJournal(file);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { ok: false, difference: `The database cannot be read: ${words}` };
  }
}

const command = new Command('npm run verify --')
  .description(
    "Folds a vessel's journal from nothing and compares it with the tables and the hash chain. " +
      'Reads only, also while the node runs. Ends with 0 when all agree, with 1 at the first difference.',
  )
  .option('--data <dir>', "folder of the vessel's database (required)")
  .helpOption('--help', 'show this and end')
  .allowExcessArguments(false)
  .showHelpAfterError('(--help lists every option)')
  .exitOverride();

try {
  const verification = verify(readOptions(command));
  if (verification.ok) {
    const { changes, records, waiting } = verification;
    process.stdout.write(
      `Verified: ${changes} changes give exactly the ${records} records in the tables, and the hash chain holds. ` +
        `${waiting} of them wait for shore.\n`,
    );
  } else {
    process.stdout.write(`Not verified: ${verification.difference}\n`);
    process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
