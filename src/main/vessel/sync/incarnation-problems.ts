import { spanOf } from '#shared/sync/clock-difference.ts';
import type { ExcessClaim } from '#shared/sync/excess-claims.ts';
import type { NewProblem } from '../store/problems.ts';
import type { Reincarnated } from '../store/journal/re-incarnate.ts';

const nothing = { entity: null, recordId: null, number: null };

/** What people on board are told when their computer has begun to write under a new name. */
export function incarnationProblem(
  device: string,
  { before, now, moved }: Reincarnated,
  at: number,
): NewProblem {
  return {
    at,
    code: 'new_incarnation',
    message:
      `Shore holds changes under the name of this computer (${device}, ${before}) that were not written on it: a copy of ` +
      'its disk is running on another computer, or this one was restored from an older copy. It writes on under a new ' +
      `name (${now}). ${moved === 0 ? 'Nothing had to be moved' : `${changes(moved)} of its own move to the new name and are sent again`}; ` +
      'what the other one wrote comes from shore. Nothing is lost and you can go on working. If two computers run from ' +
      'one copy, shut one of them down or set it up anew.',
    ...nothing,
  };
}

/** What people on board are told when shore has lost what it had acknowledged. */
export function shoreLostProblem(count: number, at: number): NewProblem {
  return {
    at,
    code: 'shore_restored',
    message:
      `Shore no longer holds ${changes(count)} of this ship that it had acknowledged: its database was probably restored ` +
      'from an older copy. They are on board and are sent again. You do not have to do anything.',
    ...nothing,
  };
}

/** What people on board are told when shore has lost what this computer holds the outcome of, and not the changes. */
export function notGivenBackProblem(count: number, at: number): NewProblem {
  return {
    at,
    code: 'shore_restored',
    message:
      `Shore no longer holds ${changes(count)} from before this computer was set up: its database was probably restored ` +
      'from an older copy. What they made of the records is on board and is sent to shore as it is. You do not have to do ' +
      'anything.',
    ...nothing,
  };
}

/** What people on board are told when the two ends' clocks differ. @param by ms by which this one is ahead */
export function clockProblem(device: string, by: number, at: number): NewProblem {
  return {
    at,
    code: 'clock_off',
    message:
      `The clock of this computer (${device}) is ${spanOf(by)} ${by > 0 ? 'ahead of' : 'behind'} shore's. Nothing is lost and ` +
      'sync goes on, but times written on this computer are wrong by as much. Set the clock right.',
    ...nothing,
  };
}

/** What people on board are told of another computer there. @param by ms by which its changes are ahead of this clock */
export function timesAheadProblem(device: string, by: number, at: number): NewProblem {
  return {
    at,
    code: 'times_ahead',
    message:
      `Changes written on ${device} bear times ${spanOf(by)} ahead of the clock of this computer. Nothing is lost ` +
      'and their order is right. Look which of the two clocks is wrong, and set it right.',
    ...nothing,
  };
}

/** What people on board are told of a change whose writer claims to have seen what was never written here. */
export function unknownSeenProblem({ change, claimed, known }: ExcessClaim, at: number): NewProblem {
  return {
    at,
    code: 'unknown_seen',
    message:
      `A change by ${change.actorName} (${change.device}) says that its writer had seen ${changes(claimed)} of this computer, ` +
      `which has written ${known}. This computer was restored from an older copy, or somebody made it up. The change is ` +
      'kept and shows; it overrules nothing that is written after it. If nothing was restored lately, tell the office.',
    entity: change.entity,
    recordId: change.recordId,
    number: null,
  };
}

const changes = (count: number): string => (count === 1 ? '1 change' : `${count} changes`);
