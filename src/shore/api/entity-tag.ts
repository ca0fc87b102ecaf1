import { createHash } from 'node:crypto';

/** The ETag of a record: the same while no field of it was set again. */
export function entityTag(versions: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Whether a header `If-Match: "a", "b"` (or `*`) names `tag`. */
export function matches(ifMatch: string, tag: string): boolean {
  return ifMatch.split(',').some((each) => each.trim() === '*' || each.trim() === tag);
}
