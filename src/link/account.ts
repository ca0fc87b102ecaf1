import { userInfo } from 'node:os';
import { wordsOf } from '#shared/domain/names.ts';

/** What the system calls the account that this program runs in; its number where it has no name. */
export function accountName(): string {
  try {
    return wordsOf(userInfo().username, 60);
  } catch {
    return `number ${process.getuid?.() ?? 0}`;
  }
}
