import { vesselId } from '../sync/topics.ts';

/** What stands before a ship's name for its kind, such as motor vessel. */
const prefix = /^(m\/?v|m\/?t|m\/?s|m\/?y|s\/?s|s\/?v|f\/?v|r\/?v|lng\/?c|lpg\/?c)\.?\s+/i;

/** Letters that Unicode does not take apart into a letter and its mark. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  å: 'a',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
};

/**
 * An id made of a ship's name: `MV Stella Maris` becomes `stella-maris`.
 * @returns an empty text where nothing of the name can stand in an id, as with a name in Chinese
 */
export function proposeVesselId(name: string): string {
  const words = name.trim();
  const bare = words.replace(prefix, '');
  return [bare, words].map(asId).find((id) => vesselId.safeParse(id).success) ?? '';
}

function asId(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[ßæœøåđðþłı]/g, (letter) => letters[letter] ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/['’.]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
}
