import { recordSpecs } from '#shared/domain/records.ts';
import type { Environment } from '#shared/ports.ts';
import type { Commits } from './commits.ts';
import type { ShoreStore } from './store/shore-store.ts';

/**
 * What other gateways commit is told here too; after a time of not hearing, that something may have changed.
 * @param setUp makes sure, whenever the database is there again, that our tables are in it
 */
export function listenToOthers(
  store: ShoreStore,
  commits: Commits,
  gateway: string,
  environment: Environment,
  setUp: () => Promise<void> = () => Promise.resolve(),
): () => void {
  const known = new Map<string, number>();
  const stopNoting = commits.on(
    ({ vesselId, feed }) => void known.set(vesselId, Math.max(feed, known.get(vesselId) ?? 0)),
  );
  // What stands there when we begin is news to nobody.
  let began = false;
  const stop = store.listen(
    (notice) => {
      if (notice.gateway !== gateway) commits.announce(notice.events);
    },
    () => {
      const feeds = async (): ReturnType<ShoreStore['feeds']> => {
        await setUp();
        return store.feeds();
      };
      feeds().then(
        (found) => {
          for (const { vesselId, feed } of found) {
            const told = known.get(vesselId) ?? (began ? 0 : feed);
            known.set(vesselId, Math.max(told, feed));
            if (feed <= told) continue;
            commits.announce(
              recordSpecs.map(({ entity }) => ({ vesselId, entity, ids: [], feed, cause: 'shore' as const })),
            );
          }
          began = true;
        },
        (error: unknown) =>
          environment.log.warn({ err: error }, 'what other gateways committed could not be looked up'),
      );
    },
  );
  return () => {
    stop();
    stopNoting();
  };
}
