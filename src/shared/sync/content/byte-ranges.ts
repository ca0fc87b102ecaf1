import { countOf, missingIn, unionOf, type ReceivedRanges } from '../received-ranges.ts';

/** Bytes of a content one behind the other; `offset` counts from 0. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Which bytes are held is said as which numbers of a journal are: the byte at offset 0 is number 1. */
export function withSpan(received: ReceivedRanges, { offset, length }: Span): ReceivedRanges {
  return length === 0 ? received : unionOf(received, { upTo: 0, beyond: [[offset + 1, offset + length]] });
}

/** What is not held of a content of `size` bytes, in order. */
export function missingSpans(received: ReceivedRanges, size: number): Span[] {
  return missingWithin(received, { offset: 0, length: size });
}

/** What is not held of `span`, in order. */
export function missingWithin(received: ReceivedRanges, { offset, length }: Span): Span[] {
  return missingIn(received, offset + 1, offset + length).map(([first, last]) => ({
    offset: first - 1,
    length: last - first + 1,
  }));
}

export function bytesReceived(received: ReceivedRanges): number {
  return countOf(received);
}

/** True when all of a content of `size` bytes is held. */
export function isWhole(received: ReceivedRanges, size: number): boolean {
  return received.upTo >= size;
}
