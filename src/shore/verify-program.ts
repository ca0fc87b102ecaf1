/** `npm run verify -- --database URL`: proves that shore's tables are what its journals say, for every vessel or one. */
import { Command, CommanderError, Option } from 'commander';
import { z } from 'zod';
import { hasPassword, secretsShown } from '#link/shown-secrets.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { databaseAddress, readAddress, insteadOfDatabase } from './database-address.ts';
import { openPostgres } from './store/postgres.ts';
import { databaseMessage } from './store/database-error.ts';
import { notCovered } from '#shared/sync/verified-coverage.ts';
import { shoreCoverage } from './verify/coverage.ts';
import { verifyShore } from './verify/verify-shore.ts';

const given = z.object({
  database: z.string().optional(),
  databaseFile: z.string().optional(),
  vessel: z.string().optional(),
});
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Left empty is left out, as for the gateway. */
if (process.env['DATABASE_URL'] === '') delete process.env['DATABASE_URL'];

const command = new Command('npm run verify --')
  .description(
    "Folds every vessel's journals from nothing and compares them with shore's tables, digests and hash chains. " +
      'Reads one snapshot only; the gateway may go on working. Ends with 0 when all agree, with 1 at the first ' +
      'difference, with 2 for a wrong option, with 3 where the database cannot be read.',
  )
  .addOption(new Option('--database <url>', "shore's Postgres, postgres://…").env('DATABASE_URL'))
  .option('--database-file <file>', 'file with nothing but that address, for its password')
  .option('--vessel <id>', 'this vessel alone')
  .helpOption('--help', 'show this and end')
  .allowExcessArguments(false)
  .exitOverride();

function readOptions(): { url: string; vessel: string | undefined } {
  command.parse();
  const { database, databaseFile, vessel } = given.parse(command.opts());
  if (database === undefined && databaseFile === undefined)
    command.error('error: --database URL is missing: also --database-file FILE, or DATABASE_URL');
  const text = databaseFile === undefined ? (database ?? '') : readAddress(command, databaseFile);
  const address = databaseAddress(command, text);
  if (address.kind === 'pglite')
    return command.error('error: --database: a database within the gateway cannot be opened a second time');
  return { url: address.url, vessel };
}

async function verify(url: string, vessel: string | undefined): Promise<void> {
  const database = openPostgres({ url }, systemEnvironment(silent));
  try {
    const verified = await verifyShore(database, vessel);
    if (verified.holds) {
      const { vessels, changes, records, beyond, beforeUnknown } = verified;
      process.stdout.write(
        vessels === 0
          ? `Not verified: there is no vessel${vessel === undefined ? '' : ` called '${vessel}'`} in this database.\n`
          : `Verified: ${changes} changes of ${vessels} vessels give exactly the ${records} records ashore, who changed ` +
              'each last, the conflicts, what waits for the ships, what is said of changes that were not applied and the ' +
              'contents that are held, and the hash chains hold.' +
              (beyond === 0 ? '' : ` Of ${beyond} beyond a gap the chain tells once it closes.`) +
              (beforeUnknown === 0
                ? ''
                : ` What stood before ${beforeUnknown} of them is not known: they were put back or waited, or their record came whole.`) +
              '\n',
      );
      if (vessels > 0)
        for (const what of notCovered(shoreCoverage)) process.stdout.write(`Not covered: ${what}.\n`);
      if (vessels === 0) process.exitCode = 1;
    } else {
      process.stdout.write(`Not verified: ${verified.vesselId}: ${verified.difference}\n`);
      process.exitCode = 1;
    }
  } catch (error) {
    process.stdout.write(`Not verified: the database cannot be read: ${databaseMessage(error)}\n`);
    process.exitCode = 3;
  } finally {
    await database.close();
  }
}

try {
  const { url, vessel } = readOptions();
  for (const words of secretsShown(process.argv.slice(2), {
    '--database': { isSecret: hasPassword, instead: insteadOfDatabase },
  }))
    process.stderr.write(`${words}\n`);
  await verify(url, vessel);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stdout.write(`Not verified: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 3;
  }
}
