/** `npm run by-hand`: changes in files, for a ship's node or the office's gateway, from a command line. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { largestPart, partLimit, smallestPart } from '#shared/file-transfer/header.ts';
import type { FileTransferStatus, PackageLine } from '#shared/file-transfer/state.ts';
import { changesText, exportText } from '#shared/file-transfer/texts.ts';
import { whenIn } from '#shared/file-transfer/when.ts';
import { vesselId } from '#shared/sync/topics.ts';
import { hasPassword } from '#link/shown-secrets.ts';
import { type End, EndError } from './file-transfer/end.ts';
import { officeEnd } from './file-transfer/office-end.ts';
import { saveFile } from './file-transfer/save-file.ts';
import { shipEnd } from './file-transfer/ship-end.ts';

const given = z.object({
  data: z.string().optional(),
  port: z.number(),
  office: z.string().optional(),
  vessel: z.string().optional(),
  keyFile: z.string().optional(),
});
/** Between two looks whether the node is done with what takes long. */
const lookEveryMs = 500;
const when = whenIn(new Intl.DateTimeFormat().resolvedOptions().timeZone);

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(2)} MB`;

/** The end that the options name. Ends with a sentence about what is missing. */
function endOf(command: Command): End {
  const { data, port, office, vessel, keyFile } = given.parse(command.optsWithGlobals());
  if (data !== undefined && office === undefined) {
    const file = join(data, 'station-token');
    if (!existsSync(file))
      command.error(
        `error: --data ${data}: no ship's node has run with this folder (station-token is missing)`,
      );
    const token = readGiven(command, '--data', file).toString().trim();
    return shipEnd({
      url: `http://127.0.0.1:${port}`,
      token,
      wait: () => wait(lookEveryMs),
      newId: randomUUID,
    });
  }
  if (office === undefined || data !== undefined)
    command.error(
      'error: say which end this is: --data DIR for the ship whose node runs here, or --office URL --vessel ID',
    );
  if (!/^https?:$/.test(URL.parse(office)?.protocol ?? ''))
    command.error(
      `error: --office ${office}: this is not the address of a gateway, e.g. https://office.example.com`,
    );
  if (hasPassword(office))
    command.error(
      'error: --office: give the key in a file (--key-file), not in the address: others can read it there',
    );
  const id = vesselId.safeParse(vessel);
  if (!id.success)
    command.error('error: --vessel ID is missing or wrong: the id of the ship, e.g. MV-AURORA');
  const key = keyFile === undefined ? null : readGiven(command, '--key-file', keyFile).toString().trim();
  return officeEnd({ url: office, key, vessel: id.data });
}

function readGiven(command: Command, option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return command.error(
      `error: ${option} ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function exportTo(end: End, { out, partSize }: { out: string; partSize: number }): Promise<void> {
  const waiting = (await end.status())?.waiting;
  const made = await end.export(partSize);
  const inFile = waiting?.inFile ?? null;
  const words = exportText(
    made.changes,
    inFile === null ? null : { ...inFile, madeAt: Date.parse(inFile.madeAt) },
    when,
  );
  say(`${words}, in ${made.of === 1 ? 'one file' : `${made.of} files`}:`);
  for (const { part, name, bytes } of made.parts) {
    const file = saveFile(out, name, await end.content(made, part));
    say(`  ${file}  ${megabytes(bytes)}`);
  }
}

async function importFrom(end: End, command: Command, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const content = readGiven(command, 'FILE', file);
    if (content.length > partLimit) {
      say(`${file}: This file is larger than any that ARUS makes. Nothing was taken in.`);
      process.exitCode = 1;
      continue;
    }
    try {
      const { outcome, message, key } = await end.import(content);
      say(`${file}: ${message}`);
      if (key !== null) say(`  ${key.fingerprint}\n  To take it over: keys --take ${file} --fingerprint "…"`);
      if (outcome === 'refused') process.exitCode = 1;
    } catch (error) {
      if (!(error instanceof EndError)) throw error;
      say(`${file}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}

async function keys(
  end: End,
  command: Command,
  { save, take, fingerprint }: { save?: string; take?: string; fingerprint?: string },
): Promise<void> {
  if (take !== undefined) {
    if (fingerprint === undefined)
      command.error('error: --fingerprint "12345 …" is missing: what the other end read out by voice');
    await end.trust(readGiven(command, '--take', take).toString(), fingerprint);
    say('The key was taken over.');
  }
  const own = await end.ownKey();
  if (save !== undefined) say(`Saved: ${saveFile('.', save, new TextEncoder().encode(`${own.text}\n`))}`);
  say(`Key of ${end.name}:\n  ${own.fingerprint}\n  ${own.text}`);
  const status = await end.status();
  say(
    status === null || status.peer === null
      ? 'Key of the other end: not known yet'
      : `Key of ${status.peer.of}:\n  ${status.peer.fingerprint}  (${status.peer.how === 'link' ? 'came over the link' : 'taken over by hand'})`,
  );
  const offered = status?.offered ?? null;
  if (offered !== null) say(`It shows another one now:\n  ${offered.fingerprint}\n  ${offered.text}`);
}

function list(status: FileTransferStatus | null): void {
  if (status === null) {
    say('The office does not know this ship yet.');
    return;
  }
  const { changes, inFile } = status.waiting;
  const before = inFile === null ? null : { ...inFile, madeAt: Date.parse(inFile.madeAt) };
  say(`Waiting: ${exportText(changes, before, when)}`);
  for (const parcel of status.parcels) say(lineOf(parcel));
}

function lineOf({ way, madeAt, changes, of, answeredAt, missing, parts }: PackageLine): string {
  const made = `${way === 'made' ? 'made' : 'taken, made'} ${when(Date.parse(madeAt))}`;
  const state =
    way === 'made'
      ? answeredAt === null
        ? 'not answered'
        : `answered ${when(Date.parse(answeredAt))}`
      : missing.length > 0
        ? `missing: part ${missing.join(', ')} of ${of}`
        : parts.some((part) => part.state === 'refused')
          ? 'could not be taken in'
          : 'taken in';
  return `${made}, ${changesText(changes)}, ${of === 1 ? '1 part' : `${of} parts`}, ${state}`;
}

function partSize(text: string): number {
  const bytes = Math.round(Number(text) * 1_000_000);
  if (bytes >= smallestPart && bytes <= largestPart) return bytes;
  throw new InvalidArgumentError(
    `Give megabytes from ${smallestPart / 1_000_000} to ${largestPart / 1_000_000}.`,
  );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 1 to 65535.');
}

const program = new Command('npm run by-hand --')
  .description(
    'Changes in files, by USB stick or e-mail, while there is no link. For a ship whose node runs on this computer (--data), or for the office (--office, --vessel).',
  )
  .option('--data <dir>', "on board: the folder of the ship's database, for its token")
  .option('--port <n>', "on board: the port of the ship's node", parsePort, 4810)
  .option('--office <url>', "ashore: the address of the office's gateway")
  .option('--vessel <id>', 'ashore: the id of the ship')
  .option('--key-file <file>', 'ashore: file with the API key')
  .helpOption('--help', 'show this and end')
  .showHelpAfterError('(--help lists every option)')
  .exitOverride();

program
  .command('export')
  .description('makes a file of everything that the other end has not confirmed')
  .option('--out <dir>', 'where to save it', '.')
  .option('--part-size <MB>', 'at most so large, each part', partSize, 10_000_000)
  .allowExcessArguments(false)
  .action(async (options: { out: string; partSize: number }, command: Command) =>
    exportTo(endOf(command), options),
  );
program
  .command('import')
  .description('takes files in, in any order and as often as they come; exit 1 when one was refused')
  .argument('<files...>', 'parts of files of the other end, or its key')
  .action(async (files: string[], _: object, command: Command) => importFrom(endOf(command), command, files));
program
  .command('keys')
  .description(
    "shows both ends' keys; --save writes the own one to a file, --take takes over the other end's",
  )
  .option('--save <file>', 'write the own key to this file')
  .option('--take <file>', "file with the other end's key")
  .option('--fingerprint <digits>', 'what the other end read out by voice')
  .allowExcessArguments(false)
  .action(async (options: { save?: string; take?: string; fingerprint?: string }, command: Command) =>
    keys(endOf(command), command, options),
  );
program
  .command('list')
  .description('what waits, and the files made and taken')
  .allowExcessArguments(false)
  .action(async (_: object, command: Command) => list(await endOf(command).status()));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof EndError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else {
    process.stderr.write(`That failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 3;
  }
}
