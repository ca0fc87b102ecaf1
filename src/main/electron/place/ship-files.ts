import { lstatSync, readdirSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { brokerFiles } from '#shared/contract/installation.ts';
import { keptSettings } from '../settings.ts';

export const settingsName = 'arus.json';
export const nodeFolder = 'vessel';
/** Files that Settings writes for the broker begin with this. */
const brokerPrefix = 'broker-';

/** What is the ship's, each with whatever follows the name, and of `logs` what the node writes. */
export const shipNames = [settingsName, brokerPrefix, nodeFolder, 'logs'];
/** What is an account's own and nobody else's to read, each with whatever follows the name. */
export const privateNames = ['window-state.json', 'crashes', 'relaunches.json', 'told.json', 'logs'];
/** All that is, with what Chromium keeps. */
export const ownNames = [...privateNames, 'screen'];

/** Whether a ship was set up in a folder, or a database lies there; copies of one alone are no ship. */
export function holdsShip(folder: string): boolean {
  return (
    isThere(join(folder, settingsName)) ||
    namesIn(join(folder, nodeFolder)).some((name) => name.startsWith('arus.db'))
  );
}

/** What a ship's folder is moved with, the settings last: names in it. Null: the settings name files outside of it by a relative path. */
export function shipFilesIn(folder: string): string[] | null {
  const beside = namesIn(folder).filter((name) => name.startsWith(brokerPrefix));
  for (const path of filesNamed(folder)) {
    const [first = '..'] = normalize(path).split(sep);
    if (first === '..') return null;
    if (![settingsName, nodeFolder, '.'].includes(first)) beside.push(first);
  }
  const names = [...new Set(beside), nodeFolder, settingsName];
  return names.filter((name) => isThere(join(folder, name)));
}

function filesNamed(folder: string): string[] {
  const kept = keptSettings(join(folder, settingsName));
  return [...brokerFiles, 'mqttPasswordFile'].flatMap((name) => {
    const path = kept[name];
    return typeof path === 'string' && path !== '' && !isAbsolute(path) ? [path] : [];
  });
}

/** Whether what bears a name is the ship's, by the settings in a folder. */
export function isOfShip(folder: string, name: string): boolean {
  if (name.startsWith(brokerPrefix) || name === nodeFolder || name === settingsName) return true;
  return filesNamed(folder).some((path) => normalize(path).split(sep)[0] === name);
}

/** Whether something has this name, a link that leads nowhere too. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
