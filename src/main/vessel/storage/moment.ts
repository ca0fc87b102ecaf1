/** For people: `2026-11-28 14:02 UTC`. */
export function momentOf(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}
