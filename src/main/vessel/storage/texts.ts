import { copiesSentence, newestCheckedCopy } from './copies.ts';
import { shoreSentence, type DatabaseMark } from './database-mark.ts';
import type { StorageFailure } from './storage-failure.ts';

/**
 * How a database that is damaged or gone comes back: what there is to come back from, and that nothing is thrown away.
 * @param when whether the node runs, and its page can do it, or could not start
 */
export function comeBackSentence(directory: string, when: 'running' | 'start'): string {
  const copy = newestCheckedCopy(directory);
  const empty = `ARUS started on an empty folder fills with what shore holds over the link.`;
  if (copy === null)
    return (
      `${copiesSentence(directory)} To go on, close ARUS and move all of ${directory} to another place, and keep it: ` +
      `it has what is only here. ${empty}`
    );
  const way =
    when === 'running'
      ? "To go back to it, open Sync, Copies, and choose 'Go back to this copy…'."
      : `To go back to it, choose it in the app's window, or start ARUS with --restore-copy=${copy.name}.`;
  return (
    `${copiesSentence(directory)} ${way} What is here now is kept, and what shore holds from after the copy comes back ` +
    `over the link. To begin anew instead, move all of ${directory} to another place, and keep it: ${empty}`
  );
}

/** @param mark how far the database had come; null where nobody knows */
export function damageText(directory: string, reason: string, mark: DatabaseMark | null): string {
  const shore = mark === null ? '' : ` ${shoreSentence(mark)}`;
  return (
    `The ship's database on this computer is damaged (${reason}). Nothing more is written to it and the link is closed; ` +
    `what can still be read is shown.${shore} ${comeBackSentence(directory, 'running')}`
  );
}

/** For trouble that may pass. */
export function troubleText(failure: Exclude<StorageFailure, 'damaged'>, directory: string): string {
  switch (failure) {
    case 'busy':
      return (
        "Another program holds the ship's database or one of its files on this computer. Nothing can be saved until it lets go; lists and orders can be read. " +
        'Close the program that has it open, such as a database viewer, a backup or a virus scanner. ARUS goes on by itself.'
      );
    case 'full':
      return (
        'The disk of this computer is full. Nothing can be saved, and what shore sends waits ashore; lists and orders can be read, and what was saved before is on the disk. ' +
        'Free some space. ARUS goes on by itself.'
      );
    case 'read_only':
      return `ARUS may not write to ${directory}. Nothing can be saved; lists and orders can be read. Let the user that runs ARUS write to this folder and its files. ARUS goes on by itself.`;
    default:
      return (
        `The disk of this computer answers with errors for ${directory}. Nothing can be saved while it does. ` +
        'Have the disk looked at soon; ARUS tries again by itself.'
      );
  }
}

/** For one call that could not be done because of it. */
export const refusedText: Readonly<Record<Exclude<StorageFailure, 'damaged'>, string>> = {
  busy: "Another program holds the ship's database or one of its files. This was not saved; what you have typed is still here. Close that program, or try again in a moment.",
  full: 'The disk of this computer is full. This was not saved; what was saved before is on the disk. Free some space and try again.',
  read_only:
    "The ship's database may not be written to. This was not saved. Let ARUS write to its folder, then try again.",
  failing: 'The disk of this computer answered with an error. This was not saved. Try again.',
};
