import { vesselAttachments } from '../features/attachments/vessel-attachments.ts';
import type { AppServices } from '../lib/app-services/app-services.ts';
import { formatRoute, listRoute, recordRoute } from '../lib/app-services/route.ts';
import { createDrafts } from '../lib/drafts.ts';
import { parseRecordDraft } from '../records/form/record-draft.ts';
import { createRecordLists } from '../records/record-lists.ts';
import { createShipPort } from '../records/ship-port.ts';
import type { RecordSite } from '../records/site.ts';
import { SyncMark } from '../ui/sync-mark.tsx';

/** The records of this ship, seen on board. */
export function createShipSite(services: AppServices): RecordSite {
  const { clock, draftKeeper, session, notices, preferences, router } = services;
  const port = createShipPort(services);
  const known = session.store.getState;
  return {
    side: 'vessel',
    port,
    // The ship's zone is known a moment after the page is there.
    time: {
      instant: (iso) => known().time.instant(iso),
      brief: (iso, now) => known().time.brief(iso, now),
      utc: (iso) => known().time.utc(iso),
      day: (now) => known().time.day(now),
      instantAt: (day, time) => known().time.instantAt(day, time),
    },
    now: session.now,
    notices,
    listOf: createRecordLists(port, { clock, addresses: router.lists }),
    drafts: createDrafts({ keeper: draftKeeper, clock, prefix: 'record/', parse: parseRecordDraft }),
    mayWrite: services.hasActor,
    actor() {
      const { actorId } = preferences.store.getState();
      const person = known().crew.find(({ id }) => id === actorId);
      return person === undefined ? '' : `${person.name}, ${person.rank}`;
    },
    attachmentsOf: ({ entity, id }) => vesselAttachments(services, { entity, recordId: id }),
    standing: {
      name: 'With shore',
      mark: (sync, withWords) => (
        <SyncMark state={sync === 'pending' ? 'local' : sync} withWords={withWords} />
      ),
    },
    unconfirmed: { here: 'on this ship only', sent: 'sent, not confirmed by shore' },
    deletion: 'on this ship now and ashore with the next link',
    addressOf(record) {
      const route = recordRoute(record);
      return route === null ? null : formatRoute(route);
    },
    open(record) {
      const route = recordRoute(record);
      if (route !== null) router.go(route);
    },
    openList: (entity) => router.go(listRoute(entity)),
    decide: ({ id }) => router.go({ page: 'review', state: 'open', recordId: id }),
  };
}
