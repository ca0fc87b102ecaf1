import { dirname } from 'node:path';
import { type ReadText, UnreadableFile, readSmallFile } from '#files/bounded-file.ts';

/** Bytes. */
const largestPassword = 4_000;

/**
 * Reads the files that the settings name for the broker. Where several accounts of a computer write one file of settings, whoever
 * writes it could have this account send any file of its own as the password to a broker of theirs. There the password
 * has to lie in a plain file beside the settings, or be named by whoever starts the app.
 * @param parts.ofThisRun the file of the password that the command line names; null for none
 * @param parts.fromDisk reads any other
 */
export function brokerReader(dependencies: {
  settingsFile: string;
  isShared: boolean;
  ofThisRun: string | null;
  fromDisk: ReadText;
}): ReadText {
  const { settingsFile, isShared, ofThisRun, fromDisk } = dependencies;
  if (!isShared) return fromDisk;
  return (file, option) => {
    if (option !== '--mqtt-password-file' || file === ofThisRun) return fromDisk(file, option);
    if (dirname(file) !== dirname(settingsFile))
      throw new UnreadableFile(
        `several accounts share these settings, so the password has to lie in a file beside ${settingsFile}; enter it again under Settings`,
      );
    const password = readSmallFile(file, largestPassword);
    if (password === null)
      throw new UnreadableFile('it is missing, is not a plain file, or is too large to be a password');
    return password;
  };
}
