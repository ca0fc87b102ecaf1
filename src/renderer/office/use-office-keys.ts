import { useEffect } from 'react';
import { specOf } from '#shared/records/catalogue.ts';
import { may, type Act } from '#shared/records/may.ts';
import { useOffice } from './office.ts';
import { useVessel } from './records/use-vessel.ts';
import { rowKey } from './orders/order-list.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** `/` search, `J` and `K` through the list, `E` edit, `H` history, `F` filter, `C` enter another, `Esc` close. */
export function useOfficeKeys(): void {
  const { router, orders, siteOf } = useOffice();
  const vesselId = useVessel();
  useEffect(() => {
    const selectionNow = () => {
      const { page, entity } = router.store.getState();
      return page === 'records' && entity !== null && vesselId !== null
        ? siteOf(vesselId).listOf(entity).selection
        : null;
    };
    const mayNow = (act: Act): boolean => {
      const { page, entity } = router.store.getState();
      const spec = page === 'records' && entity !== null ? specOf(entity) : undefined;
      return spec === undefined || may(spec, act, 'shore');
    };
    const step = (by: number): void => {
      const selection = selectionNow();
      if (selection !== null) {
        selection.moveBy(by);
        // So that Enter opens the row, and not the button that was used last.
        document.querySelector<HTMLElement>('[data-list="true"]')?.focus({ preventScroll: true });
        return;
      }
      const { rows } = orders.store.getState();
      const { open } = router.store.getState();
      if (rows === null || rows.length === 0) return;
      const at = open?.kind === 'order' ? rows.findIndex((row) => rowKey(row) === rowKey(open)) : -1;
      const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
      if (row !== undefined)
        router.go({ open: { kind: 'order', vesselId: row.vesselId, id: row.id, editing: false } });
    };
    const actions: Readonly<Record<string, () => void>> = {
      '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
      j: () => step(1),
      k: () => step(-1),
      h: () => document.querySelector<HTMLElement>('[data-shortcut="history"]')?.click(),
      f: () => document.querySelector<HTMLElement>('[data-shortcut="filter"]')?.click(),
      c() {
        const { page } = router.store.getState();
        if (!mayNow('create')) return;
        router.go({ ...(page === 'records' ? {} : { page: 'orders' }), open: { kind: 'new' } });
      },
      e() {
        if (!mayNow('change')) return;
        const { open } = router.store.getState();
        const id = selectionNow()?.store.getState().id ?? null;
        if (open !== null && open.kind !== 'new') router.go({ open: { ...open, editing: true } });
        else if (open === null && id !== null && vesselId !== null)
          router.go({ open: { kind: 'record', vesselId, id, editing: true } });
      },
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const { open } = router.store.getState();
      if (event.key === 'Escape') {
        // What somebody is typing is not thrown away by a key that is hit by chance.
        if (isTyping(event.target) && event.target instanceof HTMLElement) event.target.blur();
        else if (open !== null && open.kind !== 'new' && open.editing) return;
        else if (open !== null) router.go({ open: null });
        return;
      }
      const action = actions[event.key.toLowerCase()];
      if (
        action === undefined ||
        isTyping(event.target) ||
        document.querySelector('[role="alertdialog"]') !== null
      )
        return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [router, orders, siteOf, vesselId]);
}
