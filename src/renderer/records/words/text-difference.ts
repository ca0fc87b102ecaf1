import { diffWordsWithSpace } from 'diff';

/** A stretch of a text beside another: in both, only in the later one, or only in the earlier one. */
export interface Stretch {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** Texts longer than this are shown whole instead of being compared, which would take a noticeable time. */
const longestCompared = 20_000;

/** What was added and removed, word by word. */
export function differenceOf(before: string, after: string): Stretch[] {
  if (before === '') return after === '' ? [] : [{ kind: 'added', text: after }];
  if (before.length + after.length > longestCompared) return [{ kind: 'same', text: after }];
  return diffWordsWithSpace(before, after).map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}

/** Characters left standing on each side of a change. */
const around = 60;

/** The same with what is unchanged cut down to the words beside a change. */
export function shortened(stretches: readonly Stretch[]): Stretch[] {
  return stretches.map((stretch, index) => {
    const { kind, text } = stretch;
    const isFirst = index === 0;
    const isLast = index === stretches.length - 1;
    const kept = around * (isFirst || isLast ? 1 : 2);
    if (kind !== 'same' || text.length <= kept + 20) return stretch;
    const head = isFirst ? '' : text.slice(0, around).trimEnd();
    const tail = isLast ? '' : text.slice(-around).trimStart();
    return { kind, text: `${head} … ${tail}`.replace(/^ … $/, ' … ') };
  });
}
