import { z } from 'zod';
import { parseBoundedJson } from '../bounded-json.ts';
import { wordsUpTo } from '../domain/names.ts';
import { vesselId } from '../sync/topics.ts';

/** How the file's name ends, without the dot. */
export const joinFileEnding = 'arus-join';
/** Longest file that is read, bytes: a chain of certificates is some ten thousand. */
export const joinFileLimit = 131_072;

/**
 * What an office gives a ship that joins it, as a file `NAME.arus-join`: who the ship is to the office, and where the
 * broker is. It holds no password: a file goes through many hands.
 */
export const joinFile = z.strictObject({
  arus: z.literal('join'),
  version: z.literal(1),
  /** The office, for people. */
  office: wordsUpTo(80),
  vessel: vesselId,
  name: wordsUpTo(80),
  /** `mqtts://HOST[:PORT]`, without user and password. */
  broker: z
    .string()
    .max(300)
    .regex(/^mqtts?:\/\/[^@/\s]+\/?$/, 'An address such as mqtts://broker.example.com:8883'),
  /** The ship's user at the broker. */
  user: wordsUpTo(200).optional(),
  /** Certificates (PEM) of the authority that signed the broker's; left out where a public one did. */
  /** Whether the office had records of this ship when it made the file: they come over the link. */
  known: z.boolean().optional(),
  ca: z
    .string()
    .max(100_000, 'At most 100,000 characters')
    .includes('-----BEGIN CERTIFICATE-----')
    .refine((text) => !text.includes('PRIVATE KEY-----'), 'A private key does not belong in it')
    .optional(),
});
export type JoinFile = z.infer<typeof joinFile>;

/** The file is none that this program can read; the message says why and what to do. */
export class JoinFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JoinFileError';
  }
}

/** Name of the file for a ship. */
export function joinFileName(vessel: string): string {
  return `${vessel}.${joinFileEnding}`;
}

/** What stands in the file. @throws {JoinFileError} where the app would not take it */
export function joinFileText(file: JoinFile): string {
  const text = `${JSON.stringify(file, null, 2)}\n`;
  // Bytes are counted where it is read; a character has four at most, and only names have others than ASCII.
  if (text.length > joinFileLimit - 4_096)
    throw new JoinFileError('This is too much for a file to join with.');
  readJoinFile(text);
  return text;
}

const head = z.object({ arus: z.literal('join'), version: z.number() });

/** @throws {JoinFileError} */
export function readJoinFile(text: string): JoinFile {
  let read: unknown;
  try {
    read = parseBoundedJson(text.replace(/^\uFEFF/, ''), { depth: 2, items: 50 });
  } catch {
    throw new JoinFileError('This is not a file to join an office with. Ask the office for a new one.');
  }
  const opened = head.safeParse(read);
  if (!opened.success)
    throw new JoinFileError('This is not a file to join an office with. Ask the office for a new one.');
  if (opened.data.version !== 1)
    throw new JoinFileError(
      'This file is for a newer ARUS. Install the newer version, or ask the office for a file for this one.',
    );
  const parsed = joinFile.safeParse(read);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.');
  throw new JoinFileError(
    `Something in this file is not right (${place}: ${issue?.message}). Ask the office for a new one.`,
  );
}
