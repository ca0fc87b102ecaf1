import { X509Certificate } from 'node:crypto';
import { basename } from 'node:path';
import { readPlainFile } from '#files/bounded-file.ts';

/** Bytes. */
const largestCertificates = 1_000_000;

/** Whose certificate stands in a file and how long it holds, for people; null for no file. */
export function certificateText(file: string): string | null {
  if (file === '') return null;
  try {
    const { subject, validToDate } = new X509Certificate(readPlainFile(file, largestCertificates));
    const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? basename(file);
    return `${name}, valid to ${validToDate.toISOString().slice(0, 10)}`;
  } catch {
    return `${basename(file)}, which cannot be read`;
  }
}
