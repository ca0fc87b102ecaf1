import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { z } from 'zod';

export interface DemoOptions {
  /** Folder in which the demo keeps everything, absolute. */
  data: string;
  fresh: boolean;
  /** Whether a browser may be opened. */
  open: boolean;
  /** Whether the board may be shown in Electron's own window. */
  electron: boolean;
  /** Ports of the two pages; null for the ones of last time. */
  boardPort: number | null;
  officePort: number | null;
}

/** The program ends here: help was shown (0), or a sentence about a wrong option was written (2). */
export class ProgramEnd extends Error {
  readonly exitCode: 0 | 2;
  constructor(exitCode: 0 | 2) {
    super('The program ends before it has begun.');
    this.name = 'ProgramEnd';
    this.exitCode = exitCode;
  }
}

const given = z.object({
  data: z.string(),
  fresh: z.boolean().default(false),
  open: z.boolean(),
  electron: z.boolean(),
  boardPort: z.number().optional(),
  officePort: z.number().optional(),
});

/**
 * Reads the demo's options from its arguments (without `node` and the file).
 * @param folder what a relative folder is relative to
 * @throws {ProgramEnd} once help or a sentence about what is wrong has been written
 */
export function readDemoOptions(argv: readonly string[], folder: string): DemoOptions {
  const command = new Command('npm run demo --')
    .description(
      'A ship and its office on this computer: a vessel node with its board, an embedded shore with the office page, and a link between them that can be cut.',
    )
    .option('--data <dir>', 'folder in which it keeps everything', '.demo')
    .option('--fresh', 'start anew: forget what that folder holds')
    .option('--no-open', 'open no browser')
    .option('--no-electron', 'show the board in a browser even where Electron can be had')
    .option('--board-port <n>', "port of the board; 0 for any free one (default: last time's)", parsePort)
    .option(
      '--office-port <n>',
      "port of the office page; 0 for any free one (default: last time's)",
      parsePort,
    )
    .helpOption('--help', 'show this and end')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists every option)')
    .exitOverride();
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new ProgramEnd(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
  const { data, boardPort = null, officePort = null, ...rest } = given.parse(command.opts());
  return { ...rest, data: resolve(folder, data), boardPort, officePort };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}
