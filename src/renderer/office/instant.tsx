import type { ReactNode } from 'react';
import { useOffice } from './office.ts';

/** An instant in the office's time, with UTC on hover. `brief` leaves out the day when it is today. */
export function Instant({ at, brief = false }: { at: string; brief?: boolean }): ReactNode {
  const { time, ticks } = useOffice();
  return (
    <time className="tabular" dateTime={at} title={time.utc(at)}>
      {brief ? time.brief(at, ticks.now()) : time.instant(at)}
    </time>
  );
}
