const mostDumps = 10;
const mostBytes = 50_000_000;

export interface Dump {
  file: string;
  bytes: number;
  /** ms since 1970. */
  changedAt: number;
}

/** Those that go, so that the newest ten stay, and of them no more than 50 MB. */
export function tooMany(dumps: readonly Dump[]): string[] {
  let bytes = 0;
  return dumps
    .toSorted((one, other) => other.changedAt - one.changedAt)
    .filter((dump, index) => {
      bytes += dump.bytes;
      return index >= mostDumps || bytes > mostBytes;
    })
    .map(({ file }) => file);
}
