import { z } from 'zod';
import { isStorable } from '#shared/domain/storable-text.ts';
import { ShoreFailure } from '../failure.ts';

const position = z.tuple([z.string(), z.union([z.string(), z.number(), z.null()]), z.string(), z.string()]);

/** The last row of a page: the value it is sorted by, its id and its vessel. */
export interface Position {
  value: string | number | null;
  id: string;
  vesselId: string;
}

/** Where a page ended, as an opaque text for the one who asks on. `order` tells pages of another order apart. */
export function encodeCursor(order: string, { value, id, vesselId }: Position): string {
  return Buffer.from(JSON.stringify([order, value, id, vesselId])).toString('base64url');
}

/** @throws {ShoreFailure} `invalid_input` for a text that no page of this order ended with */
export function decodeCursor(
  order: string,
  kind: 'string' | 'number',
  cursor: string | undefined,
): Position | null {
  if (cursor === undefined) return null;
  const parsed = position.safeParse(jsonOf(cursor));
  if (!parsed.success || !fits(parsed.data, order, kind))
    throw new ShoreFailure(
      'invalid_input',
      'This cursor does not belong to this list. Begin at the first page, and ask on with the same filter and order.',
      { details: [{ path: 'cursor', message: 'Not a cursor of this list' }] },
    );
  const [, value, id, vesselId] = parsed.data;
  return { value, id, vesselId };
}

/** A cursor comes back from outside: what Postgres would stumble over is refused here. */
function fits(parts: z.output<typeof position>, order: string, kind: 'string' | 'number'): boolean {
  const [ofOrder, value] = parts;
  if (ofOrder !== order || (value !== null && typeof value !== kind)) return false;
  return parts.every((part) =>
    typeof part === 'string' ? isStorable(part) : part === null || Number.isSafeInteger(part),
  );
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
