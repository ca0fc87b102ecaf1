import { originLimit } from '#shared/sync/message-limits.ts';
import type { Hello } from '#shared/sync/frame.ts';
import type { BaseMessage } from '#shared/sync/snapshot/base.ts';

/** Tells a node of journals that are ashore as records alone, and that it lacks: it is to take a snapshot. */
export function basesOf({ vessel, origin }: Hello, heads: BaseMessage['heads']): BaseMessage {
  return {
    kind: 'base',
    vessel,
    origin,
    transfer: '0'.repeat(16),
    total: 0,
    heads: heads.slice(0, originLimit),
    page: null,
    answer: null,
  };
}
