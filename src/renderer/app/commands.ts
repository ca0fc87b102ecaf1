import { equipmentSpec } from '#shared/records/equipment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { EquipmentList } from '../features/equipment/equipment-list.ts';
import type { SyncState } from '../features/sync/sync-state.ts';
import type { WorkOrders } from '../features/work-orders/context.ts';
import { runUndo } from '../features/work-orders/order-actions.ts';
import { orderCommands } from '../features/work-orders/order-commands.ts';
import type { Command } from '../lib/command.ts';
import type { AppServices } from '../lib/app-services/app-services.ts';
import { type Theme, themes } from '../lib/app-services/preferences.ts';
import { listRoute, recordRoute } from '../lib/app-services/route.ts';
import type { ListSelection } from '../lib/list-selection.ts';
import { pagedKinds } from '../records/kinds.ts';
import { recordCommands } from '../records/record-commands.ts';
import type { RecordSite } from '../records/site.ts';

/** Everything on the screen that commands act on. */
export interface Screen {
  services: AppServices;
  workOrders: WorkOrders;
  equipment: EquipmentList;
  site: RecordSite;
  sync: SyncState;
  openPalette: () => void;
  openHelp: () => void;
  focusSearch: () => void;
}

export const themeLabels: Readonly<Record<Theme, string>> = { day: 'Day', dusk: 'Dusk', night: 'Night' };

/** What can be done just now, most likely first. A key does the first that has it. */
export function screenCommands(screen: Screen): readonly Command[] {
  const taken = new Set<string>();
  return allCommands(screen).map((command) => {
    const { keys, ...rest } = command;
    if (keys === undefined || !taken.has(keys)) {
      if (keys !== undefined) taken.add(keys);
      return command;
    }
    return rest;
  });
}

function allCommands(screen: Screen): readonly Command[] {
  const { services, workOrders, sync } = screen;
  const { router, preferences, undo } = services;
  const last = undo.store.getState().done.at(-1);
  const isUsed = sync.store.getState().status?.link.state !== 'closed';
  return [
    ...recordCommands(router, (entity) => listOn(screen, entity).selection, 'vessel'),
    ...orderCommands(services, workOrders),
    {
      label: last === undefined ? 'Undo' : `Undo: ${last.label}`,
      keys: 'Z',
      run: () => void runUndo(services),
    },
    { label: 'Search this list', keys: '/', run: screen.focusSearch },
    { label: 'Go to work orders', run: () => router.go({ page: 'work-orders', open: null, full: false }) },
    ...pagedKinds().map(({ entity, names }) => ({
      label: `Go to ${names.many.toLowerCase()}`,
      run: () => router.go(listRoute(entity)),
    })),
    { label: 'Go to review', run: () => router.go({ page: 'review', state: 'open', recordId: null }) },
    { label: 'Go to sync', run: () => router.go({ page: 'sync', tab: 'waiting' }) },
    { label: 'Go to link and cost', run: () => router.go({ page: 'sync', tab: 'link' }) },
    { label: 'Go to copies of the database', run: () => router.go({ page: 'sync', tab: 'copies' }) },
    ...(services.installation === null
      ? []
      : [{ label: 'Go to settings of this computer', run: () => router.go({ page: 'settings' }) }]),
    { label: 'Send now', run: () => void sync.sendNow() },
    {
      label: isUsed ? 'Stop using the link' : 'Use the link',
      run: () => void sync.setLink(!isUsed),
    },
    { label: 'Choose who you are', run: () => services.chooser.setState({ isOpen: true }) },
    ...themes.map((theme) => ({
      label: `${themeLabels[theme]} theme`,
      run: () => preferences.setTheme(theme),
    })),
    { label: 'Compact rows', run: () => preferences.setDensity('compact') },
    { label: 'Roomy rows', run: () => preferences.setDensity('roomy') },
    { label: 'Rows by height of the window', run: () => preferences.setDensity('auto') },
    { label: 'Show all keys', keys: '?', run: screen.openHelp },
  ];
}

/** The list of a kind that is declared. */
function listOn(screen: Screen, entity: string): { selection: ListSelection } {
  return entity === equipmentSpec.entity ? screen.equipment : screen.site.listOf(entity);
}

/** The selection of the list on screen, or null where there is none. */
export function currentSelection(screen: Screen): ListSelection | null {
  const { route } = screen.services.router.store.getState();
  if (route.page === 'work-orders') return screen.workOrders.list.selection;
  return route.page === 'records' ? listOn(screen, route.entity).selection : null;
}

/** Opens the row that is chosen in the list on screen. */
export function openChosen(screen: Screen): void {
  const { router } = screen.services;
  const { route } = router.store.getState();
  const id = currentSelection(screen)?.store.getState().id ?? null;
  if (id === null) return;
  const entity = route.page === 'records' ? route.entity : workOrderSpec.entity;
  const target = recordRoute({ entity, id });
  if (target !== null) router.go(target);
}

/** Leaves what is open, one step at a time: the form, then the page, then the pane. Nothing typed is lost by it. */
export function stepBack(screen: Screen): void {
  const { router } = screen.services;
  const { route } = router.store.getState();
  if (route.page === 'sync' || route.page === 'settings') return;
  if (route.page === 'review') {
    if (route.recordId !== null) router.go({ ...route, recordId: null });
    return;
  }
  if (route.page === 'records') {
    if (route.open?.kind === 'record' && route.open.editing)
      router.go({ ...route, open: { ...route.open, editing: false } }, 'replace');
    else if (route.full) router.go({ ...route, full: false });
    else if (route.open !== null) router.go({ ...route, open: null });
    return;
  }
  if (route.open?.kind === 'order' && route.open.editing) {
    router.go({ ...route, open: { ...route.open, editing: false } }, 'replace');
  } else if (route.full) router.go({ ...route, full: false });
  else if (route.open !== null) router.go({ ...route, open: null });
}
