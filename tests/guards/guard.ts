/** Something in the product that keeps harm away, and the test that fails where it is taken out. */
export interface Guard {
  /** Short name, for the table and for `--only`. */
  name: string;
  /** What happens without it, for a reader. */
  without: string;
  /** How it is taken out: each text stands once in its file. */
  patches: readonly { file: string; from: string; to: string }[];
  test: {
    /** From the project's folder. */
    file: string;
    /** Part of the test's full name (`describe` and `test`), as `vitest -t` takes it: a regular expression. */
    name: string;
  };
}
