import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, removeFile } from '#files/held-files.ts';
import { writeWhole } from '#files/whole-files.ts';
import type { Environment } from '#shared/ports.ts';
import { SettingsError } from '../settings.ts';

const ours = /^broker-(ca|cert|key|password)-[0-9a-f]{8}\.(pem|txt)$/;

/** Files that a change of the settings brings along: new ones under new names, so that those in use stay until then. */
export interface BrokerFiles {
  /** Writes one for this user alone. @returns its name beside the settings. @throws {SettingsError} */
  add(kind: 'ca' | 'cert' | 'key' | 'password', text: string): string;
  /** Removes what was added: the settings do not name it. */
  takeBack(): void;
  /** Removes those of former settings. */
  removeAllBut(settings: Readonly<Record<string, unknown>>): void;
}

export function brokerFilesIn(
  folder: string,
  { randomBytes, log }: Pick<Environment, 'randomBytes' | 'log'>,
): BrokerFiles {
  const added: string[] = [];
  const remove = (name: string): void => {
    try {
      removeFile(join(folder, name));
    } catch (error) {
      log.warn({ err: error, name }, 'A file of the broker that is of no use any more could not be removed.');
    }
  };
  return {
    add(kind, text) {
      const suffix = Buffer.from(randomBytes(4)).toString('hex');
      const name = `broker-${kind}-${suffix}.${kind === 'password' ? 'txt' : 'pem'}`;
      added.push(name);
      try {
        writeWhole(join(folder, name), text);
      } catch (error) {
        throw new SettingsError(
          `${join(folder, name)} cannot be written (${codeOf(error) ?? String(error)}).`,
        );
      }
      return name;
    },
    takeBack() {
      for (const name of added) remove(name);
    },
    removeAllBut(settings) {
      const named = Object.values(settings);
      const old = namesIn(folder).filter((name) => ours.test(name) && !named.includes(name));
      for (const name of old) remove(name);
    },
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
