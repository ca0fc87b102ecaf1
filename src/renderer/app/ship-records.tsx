import { type ReactNode, useCallback } from 'react';
import { specOf } from '#shared/records/catalogue.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { EquipmentPage } from '../features/equipment/equipment-page.tsx';
import { useAppServices, useRoute } from '../lib/app-services/context.ts';
import type { OpenRecord } from '../records/open-record.ts';
import { type ListPageProps, RecordPage } from '../records/record-page.tsx';

/** Kinds whose page has more to it than their declaration says. */
const pages: Readonly<Record<string, (props: ListPageProps) => ReactNode>> = {
  [equipmentSpec.entity]: EquipmentPage,
};

/** The page of the kind that the address names. */
export function ShipRecords(): ReactNode {
  const { router } = useAppServices();
  const route = useRoute();
  const entity = route.page === 'records' ? route.entity : null;
  const full = route.page === 'records' && route.full;
  const onShow = useCallback(
    (open: OpenRecord | null, how: 'push' | 'replace' = 'push') => {
      if (entity !== null) router.go({ page: 'records', entity, open, full: full && open !== null }, how);
    },
    [router, entity, full],
  );
  const spec = entity === null ? undefined : specOf(entity);
  if (route.page !== 'records' || spec === undefined) return null;
  const Page = pages[spec.entity] ?? RecordPage;
  return (
    <Page
      key={spec.entity}
      spec={spec}
      open={route.open}
      onShow={onShow}
      full={{ is: full, set: (next) => router.go({ ...route, full: next }) }}
    />
  );
}
