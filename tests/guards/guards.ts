import { atTheDatabase } from './at-the-database.ts';
import { badMessages } from './bad-messages.ts';
import { brokersAndEnds } from './brokers-and-ends.ts';
import type { Guard } from './guard.ts';
import { onDisk } from './on-disk.ts';
import { whatIsSaid } from './what-is-said.ts';

/** What keeps harm away, by where it comes from. A text that does not stand in the source any more fails as well. */
export const guards: readonly Guard[] = [
  ...atTheDatabase,
  ...badMessages,
  ...brokersAndEnds,
  ...onDisk,
  ...whatIsSaid,
];
