import { useEffect, useState } from 'react';
import { useDesk } from './desk/context.ts';

/** The node's clock, milliseconds since 1970, read again every `everyMs`, for ages that grow on screen. */
export function useNow(everyMs: number): number {
  const { clock, session } = useDesk();
  const [now, setNow] = useState(() => session.now());
  useEffect(() => {
    let cancel = (): void => {};
    const tick = (): void => {
      setNow(session.now());
      cancel = clock.after(everyMs, tick);
    };
    cancel = clock.after(everyMs, tick);
    return () => cancel();
  }, [clock, session, everyMs]);
  return now;
}
