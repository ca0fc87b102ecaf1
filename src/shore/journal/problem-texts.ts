import type { Change } from '#shared/sync/change.ts';
import type { Origin } from '#shared/sync/seen.ts';
import type { NewProblem, StoredRecord } from '../store/shore-store.ts';
import type { OverriddenDelete } from './fold.ts';

const nothing = { entity: null, recordId: null };

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

export function forkProblem(vesselId: string, origin: Origin, number: number, at: number): NewProblem {
  return {
    vesselId,
    key: `fork ${vesselId} ${origin}`,
    at,
    code: 'fork',
    message:
      `${vesselId} sent another change ${number} than the one held here under the same number: two computers write ` +
      `as one (${origin}), or one was restored from a copy. What is held here is safe and was not touched; what the ` +
      'other computer writes stays on it until it is set up as a node of its own.',
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
    key: `behind ${vesselId} ${origin}`,
    at,
    code: 'vessel_restored',
    message:
      `${vesselId} says its last change is ${last}; ${held} are held here (${origin}). Its computer was probably ` +
      'restored from an older copy. What is held here is safe.',
    ...nothing,
  };
}

export function shoreBehindProblem(vesselId: string, last: number, held: number, at: number): NewProblem {
  return {
    vesselId,
    key: `shore behind ${vesselId}`,
    at,
    code: 'shore_restored',
    message:
      `${vesselId} holds ${held} of the office's changes; only ${last} are in this database, which was probably ` +
      'restored from an older copy. Nothing more is sent to the ship until this is settled; what it sends is taken.',
    ...nothing,
  };
}

export function impossibleAcknowledgementProblem(
  vesselId: string,
  last: number,
  held: number,
  at: number,
): NewProblem {
  return {
    vesselId,
    key: `impossible ${vesselId}`,
    at,
    code: 'impossible_acknowledgement',
    message:
      `${vesselId} says it holds change ${held} of the office, which has written only ${last}. This database was ` +
      'probably restored from an older copy. Nothing was taken out of the queue.',
    ...nothing,
  };
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
