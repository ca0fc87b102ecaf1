import { countOf, missingIn, unionOf, type Held } from '../held.ts';

/** Bytes of a content one behind the other; `offset` counts from 0. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Which bytes are held is said as which numbers of a journal are: the byte at offset 0 is number 1. */
export function withSpan(held: Held, { offset, length }: Span): Held {
  return length === 0 ? held : unionOf(held, { upTo: 0, beyond: [[offset + 1, offset + length]] });
}

/** What is not held of a content of `size` bytes, in order. */
export function missingSpans(held: Held, size: number): Span[] {
  return missingWithin(held, { offset: 0, length: size });
}

/** What is not held of `span`, in order. */
export function missingWithin(held: Held, { offset, length }: Span): Span[] {
  return missingIn(held, offset + 1, offset + length).map(([first, last]) => ({
    offset: first - 1,
    length: last - first + 1,
  }));
}

export function bytesHeld(held: Held): number {
  return countOf(held);
}

/** True when all of a content of `size` bytes is held. */
export function isWhole(held: Held, size: number): boolean {
  return held.upTo >= size;
}
