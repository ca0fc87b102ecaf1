import type { ReactNode } from 'react';
import { useAppServices, useSession } from '../lib/app-services/context.ts';

/** An instant in ship's time, with UTC on hover. `brief` leaves out the day when it is today. */
export function When({ at, brief = false }: { at: string; brief?: boolean }): ReactNode {
  const { session } = useAppServices();
  const time = useSession(({ time: known }) => known);
  return (
    <time className="tabular" dateTime={at} title={time.utc(at)}>
      {brief ? time.brief(at, session.now()) : time.instant(at)}
    </time>
  );
}
