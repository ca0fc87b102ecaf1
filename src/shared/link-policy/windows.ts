import type { LinkWindow } from './policy.ts';
import { daysLater, minutesLater, minutesOf, shipClock, startOfDay, whenShown } from './ship-clock.ts';

/** Whether a window is open, and when that changes, milliseconds since 1970. */
export type WindowState = { open: true; until: number } | { open: false; next: number };

/**
 * Where `now` lies among windows in ship's time. A window opens when the ship's clock shows its beginning, and is as
 * long as it says on the days on which clocks are changed too. There is at least one window.
 */
export function windowState(windows: readonly LinkWindow[], now: number, timeZone: string): WindowState {
  const today = startOfDay(shipClock(now, timeZone));
  const spans = [-1, 0, 1, 2].flatMap((days) =>
    windows.map((window) => spanOf(window, daysLater(today, days), timeZone)),
  );
  let until: number | null = null;
  // One that opens before the other closes goes on with it.
  for (const { opens, closes } of spans.toSorted((a, b) => a.opens - b.opens))
    if (opens <= (until ?? now) && closes > (until ?? now)) until = closes;
  if (until !== null) return { open: true, until };
  return {
    open: false,
    next: Math.min(...spans.filter(({ opens }) => opens > now).map(({ opens }) => opens)),
  };
}

function spanOf({ from, to }: LinkWindow, day: number, timeZone: string): { opens: number; closes: number } {
  const begins = minutesOf(from);
  const length = (minutesOf(to) - begins + 1_440) % 1_440;
  const opens = whenShown(minutesLater(day, begins), timeZone);
  return { opens, closes: minutesLater(opens, length) };
}
