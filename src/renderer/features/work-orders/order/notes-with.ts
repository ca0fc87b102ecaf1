/** Notes with one more line that says who wrote it and when: `1 Mar 2026, 14:02, A. Rossi: Filter changed`. */
export function notesWith(notes: string, line: { at: string; who: string; text: string }): string {
  const written = `${line.at}, ${line.who}: ${line.text.trim()}`;
  return notes === '' ? written : `${notes}\n${written}`;
}
