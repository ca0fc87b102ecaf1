/** Where a program and its database may lose each other, or be held up. */
export interface Wire {
  /**
   * Passed before each statement. Rejects when the database cannot be had just now; never resolves once the program
   * has ended.
   */
  statement(what: string): Promise<void>;
  /** Passed between the commit and the program's hearing of it. May reject: then its outcome is not known. */
  committed(): Promise<void>;
  /** Passed by a notice on its way to the program. */
  notice(deliver: () => void): void;
  /** Calls `action` when the program has ended: its transactions are rolled back. */
  onEnd(action: () => void): void;
}

/** A wire that holds nobody up. */
export const directWire: Wire = {
  statement: () => Promise.resolve(),
  committed: () => Promise.resolve(),
  notice: (deliver) => deliver(),
  onEnd: () => undefined,
};
