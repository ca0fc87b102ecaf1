/**
 * How long work on the database may take, milliseconds, before it is given up.
 *
 * The order matters. A lock that is not had comes first: the server says so, and the connection stays whole. Then the
 * server ends the statement. Then we stop listening for its answer: by then it would have said one of the two, so the
 * server or the way to it is gone, and the connection is cut.
 */
export interface Patience {
  /** For another transaction to leave a lock. */
  lock: number;
  /** For one statement, by the server's clock. */
  statement: number;
  /** For the answer to one statement, by ours. */
  answer: number;
  /** From asking for a connection to the answer to COMMIT. */
  whole: number;
  /** Between two statements of a transaction, before the server ends it and sets its locks free. */
  standstill: number;
}

/**
 * For whatever a person or a ship waits for: a batch takes a tenth of a second, a page of a list less. A person is to
 * be told within 15 s that the database is silent.
 */
export const ordinary: Patience = {
  lock: 5_000,
  statement: 10_000,
  answer: 12_000,
  whole: 20_000,
  standstill: 10_000,
};

/**
 * For work that grows with the database: migrations, a comparison of all records, a page of a snapshot, verifying. That
 * the server is gone is found out by the connection that listens, not by waiting for so long.
 */
export const long: Patience = {
  lock: 30_000,
  statement: 600_000,
  answer: 610_000,
  whole: 3_600_000,
  standstill: 60_000,
};

/** For a statement that does no work and waits for no lock: BEGIN, ROLLBACK, a sign of life. */
export const noWork = 5_000;
/** For a new connection: TCP, TLS and the server's word that it is ready. */
export const connecting = 5_000;
/** For somebody else to give a connection back. With `connecting`, still within 15 s. */
export const freeConnection = 8_000;

/**
 * For all attempts at one act of the office together, and the wait for those before it: whoever asked is told within
 * 30 s, with what is asked before and after.
 */
export const officeAct = 22_000;

/** The same within so many milliseconds, however little that is. */
export function shortened(usual: Patience, within: number): Patience {
  const most = (milliseconds: number): number => Math.max(1, Math.min(milliseconds, Math.floor(within)));
  return {
    ...usual,
    lock: most(usual.lock),
    statement: most(usual.statement),
    answer: most(usual.answer),
    whole: most(usual.whole),
  };
}
