/**
 * How deep lists and objects may lie in each other, how many things may stand in all of them together, and how many of
 * these may have names: an object of a hundred thousand names costs many times what a list does.
 */
export interface JsonLimits {
  readonly depth: number;
  readonly items: number;
  readonly names?: number;
}

/** Thrown before anything was built of the text. The message is for the log. */
export class JsonLimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonLimitError';
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;

/**
 * `JSON.parse` of what others wrote: looks through the text first, since parsing four million brackets, and checking
 * what comes out, takes seconds while everything else waits.
 * @throws JsonLimitError where more is in it, or deeper, than the limits allow
 * @throws SyntaxError where it is not JSON
 */
export function parseBoundedJson(text: string, { depth, items, names = items }: JsonLimits): unknown {
  let level = 0;
  let count = 0;
  let named = 0;
  for (let place = 0; place < text.length; place += 1) {
    switch (text.charCodeAt(place)) {
      case quote:
        place = endOfText(text, place);
        break;
      case 0x5b:
      case 0x7b:
        level += 1;
        count += 1;
        if (level > depth) throw new JsonLimitError(`Lists in lists more than ${depth} deep`);
        break;
      case 0x5d:
      case 0x7d:
        level -= 1;
        break;
      case comma:
        count += 1;
        break;
      case colon:
        named += 1;
        if (named > names) throw new JsonLimitError(`More than ${names} names`);
        break;
      default:
    }
    if (count > items) throw new JsonLimitError(`More than ${items} values`);
  }
  return JSON.parse(text);
}

/** Where the text that begins at `start` ends; of one without an end JSON.parse says so. */
function endOfText(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: string, place: number): boolean {
  let before = place - 1;
  while (text.charCodeAt(before) === backslash) before -= 1;
  return (place - before) % 2 === 0;
}
