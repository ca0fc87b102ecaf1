import type { CopiesList, CopyKind, CopyPreview } from '#shared/contract/copies.ts';
import { formatQuantity } from '../../lib/format.ts';

export const kindLabels: Readonly<Record<CopyKind, string>> = {
  daily: 'Daily',
  update: 'Before an update',
  hand: 'By hand',
  replaced: 'Replaced by a copy',
};

export const doingLabels: Readonly<Record<NonNullable<CopiesList['doing']>, string>> = {
  copying: 'Copying the database…',
  checking: 'Checking the copy…',
  looking: 'Reading the copies…',
  second_place: 'Taking the newest copy to the second place…',
};

/** What this computer wrote since a copy, and what becomes of it. One sentence each. */
export function sinceText({ changes, ashore, onlyHere }: CopyPreview['since']): string[] {
  if (changes === 0) return ['Everything that was written on this computer is in the copy.'];
  const since = `${formatQuantity(changes, 'change')} written on this computer since ${changes === 1 ? 'is' : 'are'} not in it.`;
  const back =
    ashore === 0
      ? 'Shore is not known to hold any of that.'
      : `Shore holds ${formatQuantity(ashore, 'of these', 'of these')}; ${ashore === 1 ? 'it comes' : 'they come'} back over the link.`;
  const gone =
    onlyHere === 0
      ? 'Nothing is only here.'
      : `${formatQuantity(onlyHere, 'is', 'are')} only on this computer: no longer in the lists, and kept in the copy of what is here now.`;
  return [since, back, gone];
}
