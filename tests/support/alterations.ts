/** Words that only others of their kind can stand for. */
const words: Readonly<Record<string, string>> = {
  normal: 'bulk',
  bulk: 'urgent',
  urgent: 'normal',
  create: 'update',
  update: 'delete',
  delete: 'update',
  applied: 'parked',
  parked: 'applied',
  later: 'applied',
  vessel: 'shore',
  shore: 'vessel',
};

/**
 * What somebody may put in a value's place who knows his way: of the same type, and another.
 * @param value as the database gives it; a text of JSON, or JSON itself, is altered in one leaf each time
 */
export function alterations(value: unknown): unknown[] {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return value.length === 0 ? [] : [bytes];
  }
  if (typeof value === 'number') return [value + 1, value + 1_000_000];
  if (typeof value === 'bigint') return [value + 1n];
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'object' && value !== null) return leavesAltered(value);
  if (typeof value !== 'string') return [];
  const json = parsed(value);
  if (json !== null) return leavesAltered(json).map((each) => JSON.stringify(each));
  return [words[value] ?? `${value}x`];
}

function parsed(text: string): object | number | null {
  if (!/^[[{\d]/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' || typeof value === 'number' ? value : null;
  } catch {
    return null;
  }
}

/** Of an object or a list: every copy of it in which one value within is another. */
function leavesAltered(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.flatMap((item, index) => leavesAltered(item).map((each) => items.with(index, each)));
  }
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, member]) =>
      leavesAltered(member).map((each) => ({ ...value, [name]: each })),
    );
  return alterations(value);
}
