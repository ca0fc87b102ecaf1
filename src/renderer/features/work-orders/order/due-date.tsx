import type { ReactNode } from 'react';
import { useAppServices, useSession } from '../../../lib/app-services/context.ts';
import { DueOn, type DueProps } from './due-on.tsx';

/** When an order of this ship is due, by its own calendar. */
export function DueDate(props: DueProps): ReactNode {
  const { session } = useAppServices();
  const time = useSession((known) => known.time);
  return <DueOn {...props} today={time.day(session.now())} />;
}
