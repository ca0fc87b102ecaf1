import { readFileSync } from 'node:fs';
import type { Command } from 'commander';

export type DatabaseAddress = { kind: 'postgres'; url: string } | { kind: 'pglite'; directory: string };

/** What to do where the address stands on the command line with its password. */
export const insteadOfDatabase = 'Put the address into a file for --database-file, or into DATABASE_URL.';

/** The address that stands in a file. Ends with a sentence where the file cannot be read. */
export function readAddress(command: Command, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return command.error(`error: --database-file: the file ${file} cannot be read (${why})`);
  }
}

/** Ends with a sentence, without the text, where it is not an address. */
export function databaseAddress(command: Command, text: string): DatabaseAddress {
  if (text.startsWith('pglite:') && text.length > 'pglite:'.length) {
    return { kind: 'pglite', directory: text.slice('pglite:'.length) };
  }
  const url = URL.parse(text);
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol)) return { kind: 'postgres', url: text };
  // The text itself is not repeated: it may hold a password.
  return command.error(
    'error: --database: give it as postgres://USER:PASSWORD@HOST:PORT/DATABASE, or pglite:DIR for a database within this program',
  );
}
