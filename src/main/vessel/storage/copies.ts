import { join } from 'node:path';
import {
  copiesFolderName,
  copiesIn,
  isChecked,
  type CopyFacts,
  type CopyOnDisk,
} from '../copies/copy-file.ts';
import { readMark } from './database-mark.ts';
import { momentOf } from './moment.ts';

export interface CheckedCopy {
  name: string;
  facts: CopyFacts;
}

/** The newest copy that was checked and is still of that size; null for none. By looking at the folder. */
export function newestCheckedCopy(directory: string): CheckedCopy | null {
  return copiesOf(directory).find(isChecked) ?? null;
}

/** Names the newest copy of the database that was checked, and what is not in it; or says that there is none. */
export function copiesSentence(directory: string): string {
  const folder = join(directory, copiesFolderName);
  const copies = copiesOf(directory);
  const checked = copies.find(isChecked);
  if (checked !== undefined) {
    const { name, facts } = checked;
    const orders = `${facts.orders} work ${facts.orders === 1 ? 'order' : 'orders'}`;
    return `The newest checked copy is of ${momentOf(facts.at)} (${name}, with ${orders}). ${missingText(directory, facts)}`;
  }
  const unchecked = copies.find(({ facts, bytes }) => facts === null && bytes > 0);
  return unchecked === undefined
    ? `There is no copy of the database in ${folder}.`
    : `No copy of the database has been checked; the newest in ${folder} is ${unchecked.name}, of ${momentOf(unchecked.at)}.`;
}

/** By the mark beside the database: how many of this computer's changes came after the copy. */
function missingText(directory: string, facts: CopyFacts): string {
  const mark = readMark(directory);
  const had = mark === null ? undefined : facts.held[mark.origin];
  if (mark === null || had === undefined) return 'What was written since is not in it.';
  const missing = Math.max(0, mark.last - had);
  if (missing === 0) return 'It has all that was written on this computer.';
  const ashore = Math.min(missing, Math.max(0, mark.acknowledged - had));
  const since = missing === 1 ? 'One change' : `${missing} changes`;
  const held =
    ashore === missing
      ? 'shore holds all of it'
      : ashore === 0
        ? 'shore is not known to hold any of it'
        : `shore holds ${ashore} of them`;
  return `${since} written on this computer since ${missing === 1 ? 'is' : 'are'} not in it; ${held}.`;
}

function copiesOf(directory: string): CopyOnDisk[] {
  try {
    return copiesIn(join(directory, copiesFolderName));
  } catch {
    // A folder that cannot be read has no copies to offer.
    return [];
  }
}
