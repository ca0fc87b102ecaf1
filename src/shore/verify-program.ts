/** `npm run verify -- --database URL`: proves that shore's tables are what its journals say, for every vessel or one. */
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { systemEnvironment } from '#link/system-environment.ts';
import { openPostgres } from './store/postgres.ts';
import { databaseMessage } from './store/database-error.ts';
import { notCovered } from '#shared/sync/verified-coverage.ts';
import { shoreCoverage } from './verify/coverage.ts';
import { verifyShore } from './verify/verify-shore.ts';

const given = z.object({ database: z.url(), vessel: z.string().optional() });
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const command = new Command('npm run verify --')
  .description(
    "Folds every vessel's journals from nothing and compares them with shore's tables, digests and hash chains. " +
      'Reads one snapshot only; the gateway may go on working.',
  )
  .requiredOption('--database <url>', "shore's Postgres, postgres://…")
  .option('--vessel <id>', 'this vessel alone')
  .helpOption('--help', 'show this and end')
  .allowExcessArguments(false)
  .exitOverride();

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
    process.exitCode = 1;
  } finally {
    await database.close();
  }
}

try {
  command.parse();
  const { database, vessel } = given.parse(command.opts());
  await verify(database, vessel);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
