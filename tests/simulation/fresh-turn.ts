/** Runs `work` in a turn of the event loop of its own: within a promise, the promises of a run could not be settled. */
export function onFreshTurn<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
