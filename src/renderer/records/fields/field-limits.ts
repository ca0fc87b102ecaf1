import { z } from 'zod';
import type { FieldDeclaration } from '#shared/records/define-record.ts';

/** The most characters that a text may have; null where its declaration does not say. */
export function longestOf({ shape }: Pick<FieldDeclaration, 'shape'>): number | null {
  let length = lengths.get(shape);
  if (length === undefined) {
    length = readLength(shape);
    lengths.set(shape, length);
  }
  return length;
}

const lengths = new WeakMap<z.ZodType, number | null>();
const described = z.object({ maxLength: z.number().optional(), anyOf: z.array(z.unknown()).optional() });

function readLength(shape: z.ZodType): number | null {
  const schema: unknown = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
  const found = described.safeParse(schema);
  if (!found.success) return null;
  // A text that may hold nothing is one of two.
  const inner = (found.data.anyOf ?? []).map((each) => described.safeParse(each).data?.maxLength);
  return found.data.maxLength ?? inner.find((length) => length !== undefined) ?? null;
}
