import { recordSpecs } from '#shared/records/catalogue.ts';
import { RareLog } from '#shared/rare-log.ts';
import type { Environment } from '#shared/ports.ts';
import type { Commits } from './commits.ts';
import type { ShoreStore } from './store/shore-store.ts';

export interface NotificationHooks {
  /** Makes sure, whenever the database is there again, that our tables are in it. */
  setUp?: () => Promise<void>;
  /** Nothing is heard any more, until a time of which nobody knows. */
  onLost?: () => void;
}

/**
 * What other gateways commit is told here too; after a time of not hearing, that something may have changed.
 */
export function followNotifications(
  store: ShoreStore,
  commits: Commits,
  gateway: string,
  environment: Environment,
  { setUp = () => Promise.resolve(), onLost = () => undefined }: NotificationHooks = {},
): () => void {
  const rareLog = new RareLog({ log: environment.log, monotonic: () => environment.monotonic() });
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
            const before = known.get(vesselId) ?? (began ? 0 : feed);
            known.set(vesselId, Math.max(before, feed));
            if (feed <= before) continue;
            commits.announce(
              recordSpecs.map(({ entity }) => ({ vesselId, entity, ids: [], feed, cause: 'shore' as const })),
            );
          }
          began = true;
        },
        (error: unknown) =>
          rareLog.warn('feeds', { err: error }, 'what other gateways committed could not be looked up'),
      );
    },
    onLost,
  );
  return () => {
    stop();
    stopNoting();
  };
}
