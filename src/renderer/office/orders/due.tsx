import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { shipsDay } from '#shared/domain/ships-day.ts';
import { DueOn, type DueProps } from '../../features/work-orders/order/due-on.tsx';
import { useOffice } from '../office.ts';

/** When a ship's order is due, by the calendar on board. */
export function Due(props: DueProps & { order: { vesselId: string } }): ReactNode {
  const { fleet, clock } = useOffice();
  const { vesselId } = props.order;
  const timeZone = useStore(
    fleet.store,
    (state) => state.vessels?.find((vessel) => vessel.vesselId === vesselId)?.timeZone ?? 'UTC',
  );
  return <DueOn {...props} today={shipsDay(clock.now(), timeZone)} />;
}
