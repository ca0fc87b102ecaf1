import { ShoreFailure } from '../failure.ts';

export const actorHeader = 'x-arus-actor';
/** Characters; the records that carry the name allow no more. */
export const actorLimit = 120;
const unnamed = 'Office';

/**
 * Who acts, from the header `X-Arus-Actor: K. Ito`; 'Office' when it is left out. Names beyond ASCII come
 * percent-encoded (`Marina%20Kova%C4%8D`), since browsers refuse them in a header, or as plain UTF-8.
 * @throws {ShoreFailure} invalid_input
 */
export function actorFrom(header: string | string[] | undefined): string {
  if (header === undefined) return unnamed;
  if (Array.isArray(header)) throw refusal('Send it once.');
  const name = decode(header).trim();
  if (name === '') throw refusal('It is empty. Leave it out or name who acts.');
  if (name.length > actorLimit) throw refusal(`At most ${actorLimit} characters.`);
  if (/\p{Cc}/u.test(name)) throw refusal('No control characters.');
  return name;
}

function decode(header: string): string {
  try {
    // Node hands over header bytes as Latin-1.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'));
    return decodeURIComponent(text);
  } catch {
    throw refusal('Write it in ASCII, percent-encoded UTF-8 or plain UTF-8.');
  }
}

function refusal(message: string): ShoreFailure {
  return new ShoreFailure('invalid_input', 'The name of who acts (X-Arus-Actor) is not valid.', {
    details: [{ path: 'X-Arus-Actor', message }],
  });
}
