import { stampOf, type Change } from '#shared/sync/change.ts';
import { happenedBefore } from '#shared/sync/causal-context.ts';
import { Broken } from '../world/trace.ts';
import { nameOf } from './expected-conflicts.ts';

/**
 * What waits for a newer program nobody has been shown: a change that is written meanwhile does not claim to follow
 * upon it.
 * @param written as it was written just now
 * @param waiting changes that its writer's program holds and could not apply
 * @throws {Broken}
 */
export function nobodyOverrulesUnawares(written: Change, waiting: readonly Change[]): void {
  for (const other of waiting)
    if (
      other.recordId === written.recordId &&
      other.origin !== written.origin &&
      happenedBefore(other, stampOf(written))
    )
      throw new Broken(
        'nobody overrules what they were not shown',
        `${nameOf(written)} claims to have seen ${nameOf(other)}, which waits for a newer program`,
      );
}
