import type { AddedRecord, Objection } from './beside.ts';
import type { Writing } from './record.ts';
import { countedOf, readingOf, type Counted, type Reading } from './meter-standing.ts';

const hourMs = 3_600_000;
/** Hours by which readings may run ahead of the clock: nobody reads a meter to the minute. */
const slackHours = 1;

/** What of a new reading cannot be, and what is asked about before it is taken. */
export function judgeReading(
  { id, values, others, referenced }: AddedRecord,
  { at }: Writing,
): Objection | null {
  const added = readingOf(id, values);
  const known = others.map((other) => readingOf(other.id, other.values));
  const wrong = wrongIn(added, String(values['reason'] ?? '').trim(), known);
  if (wrong.length > 0) return { wrong };
  if (Date.parse(added.readAt) - Date.parse(at) > slackHours * hourMs)
    return { question: `This was read at ${words(added.readAt)}, which is still to come. Is that right?` };
  const counted = countedOf([...known, added]);
  const place = counted.findIndex((each) => each.id === placeOf(added, known));
  const [before, here, after] = [counted[place - 1], counted[place], counted[place + 1]];
  const isHours = referenced['meterId']?.['unit'] === 'hours';
  const question =
    (before && here ? questionBetween(before, here, isHours) : null) ??
    (here && after ? questionBetween(here, after, isHours) : null);
  return question === null ? null : { question };
}

type Wrong = { path: string; message: string }[];

function wrongIn(added: Reading, reason: string, known: readonly Reading[]): Wrong {
  const wrong: Wrong = [];
  const { kind, corrects, lastValue } = added;
  if (kind !== 'reading' && reason === '')
    wrong.push({
      path: 'reason',
      message: kind === 'correction' ? 'Say what was wrong' : 'Say why the meter was replaced',
    });
  if (kind === 'correction') {
    const target = known.find((each) => each.id === corrects);
    if (target === undefined)
      wrong.push({ path: 'corrects', message: 'Say which reading of this meter it sets right' });
    else if (known.some((each) => each.kind === 'correction' && each.corrects === corrects))
      wrong.push({ path: 'corrects', message: 'This was set right already: correct the correction' });
  } else if (corrects !== null) wrong.push({ path: 'corrects', message: 'Only a correction sets one right' });
  if (kind === 'replaced' && lastValue === null)
    wrong.push({ path: 'lastValue', message: 'Say what the old meter showed last' });
  if (kind === 'reading' && lastValue !== null)
    wrong.push({ path: 'lastValue', message: 'Only where the meter was replaced' });
  return wrong;
}

/** The reading in whose place it counts. */
function placeOf(added: Reading, known: readonly Reading[]): string {
  let at: Reading | undefined = added;
  while (at?.kind === 'correction') {
    const { corrects }: Reading = at;
    at = known.find((each) => each.id === corrects);
  }
  return at?.id ?? added.id;
}

/**
 * What a person is asked about two readings that follow one another; null where nothing is strange about them.
 * @param isHours whether hours are counted, of which a day has 24
 */
export function questionBetween(before: Counted, after: Counted, isHours: boolean): string | null {
  // Up to here the old meter counted.
  const reached = after.kind === 'replaced' ? after.lastValue : after.value;
  const grown = reached - before.value;
  if (grown < 0)
    return `The meter showed ${number(before.value)} at ${words(before.readAt)} and ${number(reached)} at ${words(after.readAt)}: it would have run backwards. Is that right?`;
  if (!isHours) return null;
  const passed = (Date.parse(after.readAt) - Date.parse(before.readAt)) / hourMs;
  if (grown <= passed + slackHours) return null;
  return `From ${number(before.value)} h at ${words(before.readAt)} to ${number(reached)} h at ${words(after.readAt)} are ${number(grown)} hours, and only ${number(passed)} have passed. Is that right?`;
}

const number = (value: number): string => String(Math.round(value * 10) / 10);

/** `2026-03-01T14:02:11.000Z` → `2026-03-01 14:02 UTC`. */
const words = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
