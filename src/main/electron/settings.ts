import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { UnreadableFile, readPlainFile } from '#files/bounded-file.ts';
import { writeWhole } from '#files/whole-files.ts';
import { parseBoundedJson } from '#shared/bounded-json.ts';
import { timeZoneName, wordsUpTo } from '#shared/domain/names.ts';
import { vesselId } from '#shared/sync/topics.ts';

/** A host, with its port where that is not 443. */
const host = z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'A host such as manuals.example.com');

const qos = z.union([z.literal(0), z.literal(1), z.literal(2)]);

/** Everything that an installation is told about itself. The names are those of the command-line options. */
export const settings = z.strictObject({
  vessel: vesselId,
  name: wordsUpTo(80),
  device: wordsUpTo(60),
  timeZone: timeZoneName,
  /** Null: this vessel has no broker and works by itself. */
  mqtt: z.string().min(1).nullable(),
  ca: z.string().min(1).optional(),
  cert: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  mqttUser: z.string().min(1).optional(),
  mqttPasswordFile: z.string().min(1).optional(),
  /** Delivery promise of MQTT by kind of message: telemetry 0, changes 1, presence 1 unless said otherwise. */
  qos: z.partialRecord(z.enum(['telemetry', 'changes', 'presence']), qos).optional(),
  /** Hosts whose https pages a link may open in the system's browser. */
  openLinksTo: z.array(host).max(50).optional(),
  /** False where the graphics of this computer fail; on unless said otherwise. */
  hardwareAcceleration: z.boolean().optional(),
  /** Closing the window leaves the app at work; off unless said otherwise. */
  closeToTray: z.boolean().optional(),
  /** The id that the ship had before a person changed it: its database is changed to the new one at the next start. */
  vesselBefore: vesselId.optional(),
});
export type Settings = z.infer<typeof settings>;

export const settingNames = Object.keys(settings.shape);

/** Settings that cannot be used; the message says which, why, and what would be right. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SettingsError';
  }
}

/** What stands in a file of settings, whatever it may be. */
export type Kept = Readonly<Record<string, unknown>>;

export interface SettingsSource {
  /** Where the settings are kept. */
  file: string;
  kept: Kept;
  /** What the command line says, which goes before the file. */
  overrides: Readonly<Record<string, unknown>>;
  /** For a vessel that only the command line names, what it leaves out. */
  usual: Pick<Settings, 'device' | 'timeZone'>;
}

/**
 * What the file says; nothing where there is none yet.
 * @throws {SettingsError} where it cannot be read or is no JSON object
 */
export function keptSettings(file: string): Kept {
  const text = readText(file);
  return text === null ? {} : record(file, fromJson(file, text));
}

/**
 * The settings of this run.
 * @returns null where nobody has said yet which vessel this is
 * @throws {SettingsError}
 */
export function settingsOf({ file, kept, overrides, usual }: SettingsSource): Settings | null {
  const given: Record<string, unknown> = { ...besideFile(file, kept), ...overrides };
  const { vessel } = given;
  if (vessel === undefined) {
    const wrong = settings.partial().safeParse(overrides);
    if (!wrong.success) throw new SettingsError(explain(file, wrong.error.issues, overrides));
    return null;
  }
  const found = 'vessel' in kept ? given : { name: vessel, mqtt: null, ...usual, ...given };
  const parsed = settings.safeParse(found);
  if (!parsed.success) throw new SettingsError(explain(file, parsed.error.issues, overrides));
  return parsed.data;
}

/** Settings with the files that they name where they lie: beside `file`, wherever the program was started. */
export function besideFile(file: string, kept: Kept): Record<string, unknown> {
  return relativeTo(dirname(file), kept);
}

/** Bytes. */
const largestSettings = 200_000;

const files = ['ca', 'cert', 'key', 'mqttPasswordFile'];

function relativeTo(folder: string, value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, setting]: [string, unknown]) => [
      name,
      files.includes(name) && typeof setting === 'string' ? resolve(folder, setting) : setting,
    ]),
  );
}

function record(file: string, value: unknown): Kept {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new SettingsError(`${file} must hold one JSON object: { "vessel": …, "name": …, … }.`);
}

function readText(file: string): string | null {
  try {
    return readPlainFile(file, largestSettings).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return null;
    if (error instanceof UnreadableFile) throw new SettingsError(`${file} cannot be read: ${error.message}.`);
    throw new SettingsError(`${file} cannot be read (${String(code ?? error)}).`);
  }
}

function fromJson(file: string, content: string): unknown {
  try {
    return parseBoundedJson(content, { depth: 8, items: 1_000 });
  } catch (error) {
    throw new SettingsError(
      `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/** Replaces the file as a whole. @throws {SettingsError}; the file is then as it was */
export function writeSettings(file: string, value: Kept): void {
  try {
    writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    throw new SettingsError(`${file} cannot be written (${String(code ?? error)}).`);
  }
}

function explain(file: string, issues: readonly z.core.$ZodIssue[], overrides: object): string {
  const lines = issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return `'${issue.keys.join("', '")}' is not a setting; the settings are ${settingNames.join(', ')}.`;
    }
    const name = String(issue.path[0]);
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    return `${name in overrides ? optionName(name) : name}: ${missing ? 'is missing' : issue.message}.`;
  });
  return [`The settings cannot be used (${file}).`, ...lines].join('\n');
}

/** `mqttPasswordFile` is `--mqtt-password-file` on the command line. */
export function optionName(setting: string): string {
  return `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
