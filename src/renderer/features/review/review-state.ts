import type { Conflict } from '#shared/contract/conflicts.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import type { Route } from '../../lib/app-services/route.ts';
import { type PagedList, createPagedList } from '../../lib/paged-list.ts';

/** The conflicts that the page for them shows. */
export interface ReviewState {
  list: PagedList<Conflict>;
}

type ReviewRoute = Extract<Route, { page: 'review' }>;

const reviewOf = (route: Route): ReviewRoute | null => (route.page === 'review' ? route : null);

/** Reads the conflicts that the address names, and again whenever they may have changed while they are on screen. */
export function createReviewState(services: AppServices): ReviewState {
  const { transport, router } = services;
  const list = createPagedList<Conflict>((cursor) => {
    const { state, recordId } = reviewOf(router.store.getState().route) ?? { state: 'open', recordId: null };
    return transport.call('conflicts.list', {
      state,
      ...(recordId === null ? {} : { recordId }),
      ...(cursor === null ? {} : { cursor }),
    });
  });
  let counted: number | null = null;
  const again = (): void => {
    if (reviewOf(router.store.getState().route) !== null) void list.reload();
  };
  transport.on('sync.changed', ({ conflicts }) => {
    if (conflicts !== counted) again();
    counted = conflicts;
  });
  transport.on('records.changed', ({ cause }) => {
    if (cause !== 'sync') again();
  });
  services.onReturn(again);
  return { list };
}
