import type { MediaType } from './attachment.ts';

/**
 * What a file is, by its content. Five kinds are taken, so a table of five stands here instead of a library of
 * hundreds: whatever is none of them is refused.
 */
const signatures: readonly { type: MediaType; matches: (bytes: Uint8Array) => boolean }[] = [
  { type: 'image/jpeg', matches: (bytes) => at(bytes, 0, [0xff, 0xd8, 0xff]) },
  { type: 'image/png', matches: (bytes) => at(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
  {
    type: 'image/webp',
    matches: (bytes) => at(bytes, 0, letters('RIFF')) && at(bytes, 8, letters('WEBP')),
  },
  { type: 'application/pdf', matches: (bytes) => at(bytes, 0, letters('%PDF-')) },
];

const heicNotTaken =
  'This photo is a HEIC file, as iPhones take them, and cannot be shown on every computer. Nothing was stored. Set the camera to ' +
  '“Most Compatible” (Settings, Camera, Formats), or send the photo to yourself as JPEG, and attach that.';
/** Kinds of HEIF files (ISO/IEC 23008-12), as they stand behind `ftyp`. */
const heifBrands = /^(heic|heix|heim|heis|hevc|hevx|hevm|hevs|mif1|msf1)$/;

export type Recognised = { type: MediaType } | { refused: string };

const notTaken =
  'This is none of the files that can be attached: photos as JPEG, PNG or WebP, documents as PDF or plain text. Nothing was stored.';

/** @param bytes the whole content. @returns its type, or a sentence for the person who wants to attach it */
export function recognise(bytes: Uint8Array): Recognised {
  if (bytes.length === 0) return { refused: 'The file is empty. Nothing was stored.' };
  const known = signatures.find(({ matches }) => matches(bytes));
  if (known !== undefined) return { type: known.type };
  if (at(bytes, 4, letters('ftyp')) && heifBrands.test(String.fromCodePoint(...bytes.subarray(8, 12))))
    return { refused: heicNotTaken };
  const text = textIn(bytes);
  if (text === null) return { refused: notTaken };
  if (isMarkup(text))
    return {
      refused:
        'Web pages, SVG drawings and other markup can carry programs and are not attached. Attach a photo or a PDF of it. Nothing was stored.',
    };
  if (text.startsWith('#!')) return { refused: 'Programs are not attached. Nothing was stored.' };
  return { type: 'text/plain' };
}

/** Readable text in UTF-8, with or without the mark at its beginning; null for anything else. */
function textIn(bytes: Uint8Array): string | null {
  // oxlint-disable-next-line no-control-regex
  const unreadable = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return unreadable.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Browsers look for a page at the beginning (WHATWG MIME Sniffing, 7.1); a drawing may stand behind a comment. */
function isMarkup(text: string): boolean {
  const head = text.trimStart().slice(0, 2_048).toLowerCase();
  return /^<[!?a-z]/.test(head) || /<(svg|html|script|iframe|body|head)[\s>]/.test(head);
}

const letters = (text: string): Uint8Array => new TextEncoder().encode(text);

function at(bytes: Uint8Array, place: number, expected: ArrayLike<number>): boolean {
  return Array.from(expected).every((byte, index) => bytes[place + index] === byte);
}
