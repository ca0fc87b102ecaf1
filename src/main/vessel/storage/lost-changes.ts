import type { VesselStore } from '../store/vessel-store.ts';
import { momentOf } from './copies.ts';
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
  const held = origin === own.origin ? own.last : store.headOf(origin).held.upTo;
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
