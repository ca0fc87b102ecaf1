import type { ReactNode } from 'react';
import { meterSpec } from '#shared/records/meter.ts';
import type { SeenRecord } from '../port.ts';
import { MeterShows } from './meter-shows.tsx';

/** A column of something that no field holds. */
export interface BesideColumn {
  header: string;
  /** Fields that it says as well. */
  instead: readonly string[];
  Cell: (props: { record: SeenRecord }) => ReactNode;
}

const columns: ReadonlyMap<string, BesideColumn> = new Map([
  [meterSpec.entity, { header: 'Shows', instead: ['unit'], Cell: MeterShows }],
]);

/** What stands beside the fields of a kind; null for nothing. */
export function besideColumn(entity: string): BesideColumn | null {
  return columns.get(entity) ?? null;
}
