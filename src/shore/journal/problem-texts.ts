import { doubledNumberText } from '#shared/records/doubled-number.ts';
import type { NumberedDeclaration } from '#shared/records/numbered.ts';
import type { FieldValues } from '#shared/records/record.ts';
import type { Change } from '#shared/sync/change.ts';
import { spanOf } from '#shared/sync/clock-difference.ts';
import type { ExcessClaim } from '#shared/sync/excess-claims.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { NewProblem, StoredRecord } from '../store/shore-store.ts';
import type { OverriddenDelete } from './fold.ts';

const nothing = { entity: null, recordId: null };

/** What stands in the place of a problem that is none any more: kept to be read, and no reason for concern. */
export const concludedCodes = ['clock_right', 'key_taken', 'vessel_not_behind'] as const;

/** What people are told of a change that is kept and not applied. */
export function unappliedProblem(
  vesselId: string,
  change: Change,
  applied: 'later' | 'parked',
  reason: string,
  at: number,
): NewProblem {
  return {
    vesselId,
    key: `${applied} ${vesselId} ${change.origin}#${change.number}`,
    at,
    code: applied === 'later' ? 'newer_program' : 'parked',
    message:
      applied === 'later'
        ? `${vesselId} sent a change that needs a newer gateway. It is kept and will be applied after the update.`
        : `A change by ${change.actorName} on ${vesselId} could not be applied: ${reason}. It is kept in the ` +
          'journal; nothing else waits for it.',
    entity: change.entity,
    recordId: change.recordId,
  };
}

/** A computer bears the vessel's id and says another name than the office knows. */
export function otherShipProblem(
  vesselId: string,
  { origin, name, knownAs }: { origin: Origin; name: string; knownAs: string },
  at: number,
): NewProblem {
  return {
    ...otherShip(vesselId, origin, at),
    code: 'two_ships',
    message:
      `Another computer says that it is ${vesselId}: it calls the ship '${name}', and the office knows it as ` +
      `'${knownAs}'. Nothing of it is taken and nothing is sent to it. Say on the ship's entry on the left whether it is ` +
      'this ship (it was renamed) or another one that was given the same id.',
  };
}

/** How it ended. */
export function otherShipDecided(
  vesselId: string,
  { origin, name, by }: { origin: Origin; name: string; by: string },
  isAccepted: boolean,
  at: number,
): NewProblem {
  return {
    ...otherShip(vesselId, origin, at),
    code: isAccepted ? 'ship_accepted' : 'ship_refused',
    message: isAccepted
      ? `The computer that calls ${vesselId} '${name}' is this ship, ${by} has said. Its changes are taken.`
      : `The computer that calls ${vesselId} '${name}' is another ship, ${by} has said. Nothing of it is taken. Give it ` +
        'an id of its own on board.',
  };
}

/** Its name was put right on board before anybody in the office had to say anything. */
export function otherShipNamed(
  vesselId: string,
  { origin, name }: { origin: Origin; name: string },
  at: number,
): NewProblem {
  return {
    ...otherShip(vesselId, origin, at),
    code: 'ship_named',
    message:
      `A computer that said it was ${vesselId} under another name says '${name}' now, as the office knows the ship. Its ` +
      'changes are taken.',
  };
}

function otherShip(
  vesselId: string,
  origin: Origin,
  at: number,
): Pick<NewProblem, 'vesselId' | 'key' | 'at' | 'entity' | 'recordId'> {
  return { vesselId, key: `two ships ${vesselId} ${origin}`, at, ...nothing };
}

/** Told once for a name. */
export function renamedProblem(vesselId: string, before: string, name: string, at: number): NewProblem {
  return {
    vesselId,
    key: `renamed ${vesselId} ${name}`,
    at,
    code: 'ship_renamed',
    message:
      `${vesselId} was '${before}' and calls itself '${name}' now. It is a computer that the office knows, so its changes ` +
      'are taken as before. If the ship was not renamed, ask on board who changed the name.',
    ...nothing,
  };
}

/** @param device how the computer signs that sent what is not held */
export function forkProblem(
  vesselId: string,
  origin: Origin,
  number: number,
  device: string,
  at: number,
): NewProblem {
  return {
    vesselId,
    key: `fork ${vesselId} ${origin}`,
    at,
    code: 'fork',
    message:
      `The computer that signs as '${device}' on ${vesselId} sent another change ${number} than the one held here under ` +
      `the same number (${origin}): a copy of a disk is running, or a computer was restored from a copy. Nothing is lost: ` +
      'what is held here was not touched, and that computer takes a new name and sends its own changes again under it. ' +
      'Ask on board which of the two should go on.',
    ...nothing,
  };
}

export function refusedProblem(vesselId: string, code: string, reason: string, at: number): NewProblem {
  return {
    vesselId,
    key: `refused ${vesselId} ${code}`,
    at,
    code,
    message: `A message on the topics of ${vesselId} was refused: ${reason}. Nothing of it was stored.`,
    ...nothing,
  };
}

/** Told once for a vessel; the last time is on it. */
export function passedOverProblem(vesselId: string, at: number): NewProblem {
  return {
    vesselId,
    key: `passed over ${vesselId}`,
    at,
    code: 'passed_over',
    message:
      `So many messages on the topics of ${vesselId} had to be refused that what comes there is passed over for half a ` +
      'minute to five minutes at a time, until they stop: a program on board is damaged, or somebody misuses the ' +
      "ship's password at the broker. Nothing that the ship has written is lost: it stays on board and is sent again. " +
      'Other ships are not held up. Ask on board, and change the password if nobody there knows of it.',
    ...nothing,
  };
}

export function ingestFailedProblem(vesselId: string, topic: string, reason: string, at: number): NewProblem {
  return {
    vesselId,
    key: `ingest ${topic}`,
    at,
    code: 'ingest_failed',
    message:
      `A message of ${vesselId} could not be stored: ${reason}. Nothing of it was stored or acknowledged; the ship ` +
      'keeps it and sends it again. This needs the person who looks after the gateway.',
    ...nothing,
  };
}

export function vesselBehindProblem(
  vesselId: string,
  origin: Origin,
  last: number,
  held: number,
  at: number,
): NewProblem {
  return {
    vesselId,
    key: behindKey(vesselId, origin),
    at,
    code: 'vessel_restored',
    message:
      `A computer on ${vesselId} says its last change is ${last}; ${held} are held here (${origin}). It was probably ` +
      'restored from an older copy, or a copy of its disk is running. Nothing is lost: it takes a new name, gets back ' +
      'from here what it lacks, and sends what it wrote since.',
    ...nothing,
  };
}

/** In its place, once that computer has shown that it holds all of them. */
export function vesselNotBehind(vesselId: string, origin: Origin, at: number): NewProblem {
  return {
    vesselId,
    key: behindKey(vesselId, origin),
    at,
    code: 'vessel_not_behind',
    message:
      `A message said that a computer on ${vesselId} lacked changes that are held here (${origin}). It has them: it was ` +
      'compared with the office since, and both hold the same records.',
    ...nothing,
  };
}

const behindKey = (vesselId: string, origin: Origin): string => `behind ${vesselId} ${origin}`;

/** What an emptied or restored database gets back from a ship is signed by the office, and only the ship says that it was. */
export function unknownOfficeProblem(vesselId: string, origin: Origin, at: number): NewProblem {
  return {
    vesselId,
    key: `unknown office ${vesselId} ${origin}`,
    at,
    code: 'unknown_office',
    message:
      `${vesselId} sent changes in the name of an office's database that this one does not know (${origin}). They are ` +
      'from before this database was set up or restored, or somebody with the password of the ship made them up: only ' +
      'the ship says that the office wrote them. They are kept and show in the records. Look through them before you ' +
      'rely on what they say.',
    ...nothing,
  };
}

/** What is claimed to have been seen and is not here: after a restore it may be so, otherwise somebody made it up. */
export function unknownSeenProblem(
  vesselId: string,
  { change, origin, claimed, known }: ExcessClaim,
  at: number,
): NewProblem {
  return {
    vesselId,
    key: `seen ${vesselId} ${change.origin}`,
    at,
    code: 'unknown_seen',
    message:
      `A change by ${change.actorName} on ${vesselId} (${change.origin}) says that its writer had seen change ${claimed} of ` +
      `${origin}, of which ${known === 0 ? 'none is' : `${known} are`} here. This database or a computer on board was restored ` +
      "from an older copy, or somebody with the ship's password made it up. The change is kept and shows; it overrules " +
      'nothing that is written after it. If nothing was restored lately, ask on board who writes there.',
    entity: change.entity,
    recordId: change.recordId,
  };
}

/** @param missing of shore's own changes or of the vessel's, whichever shows it */
export function shoreBehindProblem(
  vesselId: string,
  whose: 'office' | 'ship',
  here: number,
  held: number,
  at: number,
): NewProblem {
  return {
    vesselId,
    key: `shore behind ${vesselId} ${whose} ${here}`,
    at,
    code: 'shore_restored',
    message:
      `${
        whose === 'office'
          ? `${vesselId} holds ${held} of the office's changes; ${here} of them are in this database`
          : `${vesselId} was told that ${held} of its changes are here; ${here} of them are in this database`
      }. It was probably restored from an older copy. Nothing that the ship holds is lost: it sends back what is missing ` +
      'here, and the office writes on under a new name. What was written here after the copy was made and never reached ' +
      'a ship is gone.',
    ...nothing,
  };
}

export function newEpochProblem(vesselId: string, origin: Origin, moved: number, at: number): NewProblem {
  return {
    vesselId,
    key: `epoch ${vesselId} ${origin}`,
    at,
    code: 'new_epoch',
    message:
      `${vesselId} holds other changes of the office than this database, which was probably restored from an older copy. ` +
      `The office writes on for this ship under a new name (${origin}); ${moved} of its changes were moved to it and are ` +
      'sent again. You do not have to do anything.',
    ...nothing,
  };
}

/**
 * @param by ms by which the computer's clock is ahead
 * @param device how the computer signs; null where shore holds nothing of it yet
 */
export function clockProblem(vesselId: string, device: string | null, by: number, at: number): NewProblem {
  const whose = device === null ? 'a computer' : `'${device}'`;
  return {
    ...clock(vesselId, at),
    code: 'clock_off',
    message:
      `The clock of ${whose} on ${vesselId} is ${spanOf(by)} ${by > 0 ? 'ahead of' : 'behind'} this gateway's. Sync goes on ` +
      'and nothing is lost, but times written there are wrong by as much. Ask on board to set the clock right.',
  };
}

/** What becomes of that problem when the clock has been set. */
export function clockRight(vesselId: string, at: number): NewProblem {
  return {
    ...clock(vesselId, at),
    code: 'clock_right',
    message:
      `A clock on ${vesselId} was wrong and has been set right. Times that were written there meanwhile stay as that ` +
      'clock said.',
  };
}

function clock(
  vesselId: string,
  at: number,
): Pick<NewProblem, 'vesselId' | 'key' | 'at' | 'entity' | 'recordId'> {
  return { vesselId, key: `clock ${vesselId}`, at, ...nothing };
}

/** The vessel keeps a change of the office's and could not apply it. */
export function vesselReportProblem(
  vesselId: string,
  { number, code, message }: { number: number; code: string; message: string },
  change: Change | null,
  at: number,
): NewProblem {
  return {
    vesselId,
    key: `vessel ${vesselId} ${change?.origin ?? ''}#${number}`,
    at,
    code,
    message: `${vesselId} keeps the office's change ${number} but could not apply it: ${message}`,
    entity: change?.entity ?? null,
    recordId: change?.recordId ?? null,
  };
}

export function overriddenDeleteProblem(
  vesselId: string,
  { entity, recordId, change }: OverriddenDelete,
  record: StoredRecord | null,
  at: number,
): NewProblem {
  const values = record?.row?.values;
  const name = [values?.['number'] ?? values?.['code'], values?.['title'] ?? values?.['name']]
    .filter((part) => typeof part === 'string')
    .join(' ');
  return {
    vesselId,
    key: `delete ${vesselId} ${change.origin}#${change.number}`,
    at,
    code: 'delete_overridden',
    message:
      `${name === '' ? 'A record' : name} was deleted by one person and changed by another who had not seen that ` +
      `(last: ${change.actorName}). The change won and the record stays. Delete it again if that is right.`,
    entity,
    recordId,
  };
}

/** A record bore the number of another, and got a new one. */
export function duplicateNumberProblem(
  vesselId: string,
  spec: NumberedDeclaration,
  { id, values, from, to }: { id: string; values: FieldValues; from: string; to: string },
  at: number,
): NewProblem {
  return {
    vesselId,
    key: `number ${vesselId} ${id} ${to}`,
    at,
    code: 'number_doubled',
    message: doubledNumberText(spec, values, { from, to, ship: vesselId }),
    entity: spec.entity,
    recordId: id,
  };
}

/** A vessel shows another key for files that travel by hand than the one that is trusted. */
export function keyChangedProblem(vesselId: string, at: number): NewProblem {
  return {
    vesselId,
    key: keyChangedKey(vesselId),
    at,
    code: 'key_changed',
    message:
      `${vesselId} shows another key for files that travel by hand than the one known here: it has a new computer, or ` +
      'somebody pretends to be it. Files are still checked with the known key. Compare the fingerprint by voice and take ' +
      'the new key over if it is right.',
    ...nothing,
  };
}

/** In its place, once a person has decided. */
export function keyTakenProblem(vesselId: string, at: number): NewProblem {
  return {
    vesselId,
    key: keyChangedKey(vesselId),
    at,
    code: 'key_taken',
    message: `The new key of ${vesselId} for files that travel by hand was taken over.`,
    ...nothing,
  };
}

const keyChangedKey = (vesselId: string): string => `key_changed ${vesselId}`;
