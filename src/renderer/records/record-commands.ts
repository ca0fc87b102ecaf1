import { may } from '#shared/records/may.ts';
import type { Side } from '#shared/side.ts';
import type { Router } from '../lib/app-services/route.ts';
import type { Command } from '../lib/command.ts';
import type { ListSelection } from '../lib/list-selection.ts';
import { pagedKinds } from './kinds.ts';

/** What the keyboard and the palette can do with records of the kind on screen, and with kinds that are not. */
export function recordCommands(
  router: Router,
  selectionOf: (entity: string) => ListSelection,
  side: Side,
): readonly Command[] {
  const { route } = router.store.getState();
  const here = route.page === 'records' ? route : null;
  const creatable = pagedKinds().filter((spec) => may(spec, 'create', side));
  const create = creatable.map(({ entity, names }): Command => ({
    label: `New ${names.one.toLowerCase()}`,
    ...(entity === here?.entity ? { keys: 'C' } : {}),
    run: () => router.go({ page: 'records', entity, open: { kind: 'new' }, full: false }),
  }));
  if (here === null) return create;
  const spec = pagedKinds().find(({ entity }) => entity === here.entity);
  const openId = here.open?.kind === 'record' ? here.open.id : null;
  const id = openId ?? selectionOf(here.entity).store.getState().id;
  if (spec === undefined || id === null || !may(spec, 'change', side)) return create;
  const edit: Command = {
    label: `Edit the chosen ${spec.names.one.toLowerCase()}`,
    keys: 'E',
    run: () => router.go({ ...here, open: { kind: 'record', id, editing: true } }),
  };
  return [edit, ...create];
}
