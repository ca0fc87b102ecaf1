import type { RestoreOutcome } from '../copies/restore-request.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { momentOf } from './moment.ts';
import type { DatabaseMark } from './database-mark.ts';

/**
 * What a database lacks that it had when the mark beside it was written: its log was lost, or an older copy was put in its
 * place. @returns a sentence for people; null where nothing is missing
 */
export function lostSinceMark(
  store: Pick<VesselStore, 'own' | 'heads' | 'headOf'>,
  { origin, last, acknowledged, at }: DatabaseMark,
): string | null {
  const { own, heads } = store;
  const held = origin === own.origin ? own.last : store.headOf(origin).received.upTo;
  // Under a name that is not its own any more a journal may have ended earlier: the rest has another name.
  const isFormer = origin !== own.origin && heads.others(own.origin).some((head) => head.origin === origin);
  if (held >= last || isFormer) return null;
  const comesBack = Math.max(0, acknowledged - held);
  const gone = last - Math.max(held, acknowledged);
  return (
    `Changes ${held + 1} to ${last} that were written on this computer before ${momentOf(at)} are not in its database any more: ` +
    'its log was lost, or an older copy was put in its place. ' +
    (comesBack === 0
      ? 'Shore was not known to hold any of them. '
      : `Shore holds those up to ${acknowledged}, and they come back over the link. `) +
    (gone === 0 ? 'Nothing of them is lost.' : `${gone} of them were only here: enter again what is missing.`)
  );
}

/** What people are told once a copy that they asked for is in the database's place, or is not. */
export function restoredText(
  store: Pick<VesselStore, 'own' | 'heads' | 'headOf'>,
  { request, copyAt, refused, kept }: RestoreOutcome,
  mark: DatabaseMark | null,
): string {
  const copy = copyAt === null ? request.name : `the copy of ${momentOf(copyAt)}`;
  if (refused !== null)
    return `The database was not put back to ${copy}: ${refused} Nothing was changed; you go on with what was here.`;
  const asked = `${request.by} put the ship's database back to ${copy}, on ${momentOf(request.at)}.`;
  const where = kept ? ` What was here before is kept among the copies as ${request.keepAs}.` : '';
  return `${asked} ${missingText(store, mark)}${where}`;
}

function missingText(
  { own, heads, headOf }: Pick<VesselStore, 'own' | 'heads' | 'headOf'>,
  mark: DatabaseMark | null,
): string {
  if (mark === null)
    return 'What was written here since is not in it; what shore holds of it comes back over the link.';
  const { origin, last, acknowledged } = mark;
  const isKnown = origin === own.origin || heads.others(own.origin).some((head) => head.origin === origin);
  if (!isKnown)
    return 'What was written here since is not in it; what shore holds of it comes back over the link.';
  const held = origin === own.origin ? own.last : headOf(origin).received.upTo;
  const missing = last - held;
  if (missing <= 0) return 'It has all that was written on this computer.';
  const comesBack = Math.min(missing, Math.max(0, acknowledged - held));
  const gone = missing - comesBack;
  const since = missing === 1 ? 'One change' : `${missing} changes`;
  return (
    `${since} written on this computer since ${missing === 1 ? 'is' : 'are'} not in it: ` +
    (comesBack === 0
      ? 'shore is not known to hold any of them.'
      : gone === 0
        ? 'shore holds all of them, and they come back over the link.'
        : `shore holds ${comesBack}, and they come back over the link; ${gone} were only here.`)
  );
}
