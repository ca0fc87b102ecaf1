import { formatRoute } from '../office-route.ts';
import { parseRecordDraft } from '../../records/form/record-draft.ts';
import { createDrafts } from '../../lib/drafts.ts';
import { pagedKinds } from '../../records/kinds.ts';
import { createRecordLists } from '../../records/record-lists.ts';
import type { RecordSite } from '../../records/site.ts';
import { officeAttachments } from '../orders/office-attachments.ts';
import { OfficeMark } from '../office-mark.tsx';
import type { Office } from '../office.ts';
import { createOfficePort } from './office-port.ts';

type Parts = Pick<
  Office,
  | 'client'
  | 'draftKeeper'
  | 'files'
  | 'live'
  | 'clock'
  | 'time'
  | 'ticks'
  | 'notices'
  | 'actor'
  | 'router'
  | 'review'
  | 'fleet'
> & { onReturn: (listener: () => void) => () => void };

/** The records of each ship, seen from the office; each site is made when it is first looked at, and kept. */
export function createOfficeSites(parts: Parts): (vesselId: string) => RecordSite {
  const sites = new Map<string, RecordSite>();
  return (vesselId) => {
    const known = sites.get(vesselId);
    if (known !== undefined) return known;
    const site = createOfficeSite(parts, vesselId);
    sites.set(vesselId, site);
    return site;
  };
}

function createOfficeSite(parts: Parts, vesselId: string): RecordSite {
  const {
    client,
    draftKeeper,
    files,
    live,
    onReturn,
    clock,
    time,
    ticks,
    notices,
    actor,
    router,
    review,
    fleet,
  } = parts;
  const port = createOfficePort({ client, live, onReturn, clock, vesselId });
  const nameNow = (): string =>
    fleet.store.getState().vessels?.find((vessel) => vessel.vesselId === vesselId)?.name ?? vesselId;
  const hasPage = (entity: string): boolean => pagedKinds().some((spec) => spec.entity === entity);
  return {
    side: 'shore',
    port,
    time,
    now: () => ticks.now(),
    notices,
    listOf: createRecordLists(port, { clock, addresses: router.lists }),
    drafts: createDrafts({
      keeper: draftKeeper,
      clock,
      prefix: `record/${vesselId}/`,
      parse: parseRecordDraft,
    }),
    // Whoever gives no name acts as the office.
    mayWrite: () => Promise.resolve(true),
    actor: () => actor.getState().name,
    attachmentsOf: ({ entity, id }) =>
      officeAttachments({ client, files, live, notices }, { entity, vesselId, id }),
    standing: {
      name: 'With the ship',
      mark: (sync, withWords) => (
        <OfficeMark state={sync === 'local' || sync === 'sent' ? 'pending' : sync} withWords={withWords} />
      ),
    },
    unconfirmed: { here: 'not on board yet', sent: 'not on board yet' },
    get deletion() {
      return `ashore now and on board ${nameNow()} with the next link`;
    },
    addressOf({ entity, id }) {
      const { vessel } = router.store.getState();
      const open = { vesselId, id, editing: false };
      if (entity === 'work_order')
        return formatRoute({ page: 'orders', entity: null, vessel, open: { kind: 'order', ...open } });
      return hasPage(entity)
        ? formatRoute({ page: 'records', entity, vessel, open: { kind: 'record', ...open } })
        : null;
    },
    open({ entity, id }) {
      const open = { vesselId, id, editing: false };
      if (entity === 'work_order')
        router.go({ page: 'orders', entity: null, open: { kind: 'order', ...open } });
      else if (hasPage(entity)) router.go({ page: 'records', entity, open: { kind: 'record', ...open } });
    },
    openList: (entity) => router.go({ page: 'records', entity, vessel: vesselId, open: null }),
    decide({ id }) {
      review.setState({ state: 'open', recordId: id });
      router.go({ page: 'conflicts', open: null });
    },
  };
}
