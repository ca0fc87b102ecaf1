import type { LinkUsage } from '#shared/contract/link.ts';
import type { Counted } from '#shared/link-policy/traffic.ts';
import { formatDay } from '../../lib/format.ts';

type ProfileUsage = LinkUsage['profiles'][number];

/** One row of the chart: what a lane took on each day of the month. */
export interface Strip {
  key: string;
  name: string;
  /** Bytes both ways, from the first day of the month. */
  days: readonly number[];
  total: number;
}

/** The connection's own bytes and the headers beneath are one thing to whoever pays for them. */
const strips: readonly { key: string; name: string; of: readonly Counted[] }[] = [
  { key: 'urgent', name: 'Urgent', of: ['urgent'] },
  { key: 'normal', name: 'Normal', of: ['normal'] },
  { key: 'bulk', name: 'Bulk', of: ['bulk'] },
  { key: 'connection', name: 'Connection', of: ['overhead', 'headers'] },
];

export function stripsOf(usage: LinkUsage, profile: ProfileUsage): Strip[] {
  return strips.map(({ key, name, of }) => {
    const days = Array.from({ length: usage.days }, () => 0);
    for (const { day, counted, sent, received } of profile.days) {
      const place = Number(day.slice(8)) - 1;
      if (of.includes(counted)) days[place] = (days[place] ?? 0) + sent + received;
    }
    return { key, name, days, total: days.reduce((sum, bytes) => sum + bytes, 0) };
  });
}

/** The most that a lane took on a day, and which day; null where nothing was counted. */
export function tallest(rows: readonly Strip[]): { bytes: number; day: number } | null {
  let found: { bytes: number; day: number } | null = null;
  for (const { days } of rows)
    for (const [place, bytes] of days.entries())
      if (bytes > (found?.bytes ?? 0)) found = { bytes, day: place + 1 };
  return found;
}

/** `2026-03`, 14 → `14 Mar 2026`. */
export function dayText(month: string, day: number): string {
  return formatDay(`${month}-${String(day).padStart(2, '0')}`);
}

const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `2026-03` → `March 2026`. */
export function monthText(month: string): string {
  return monthName.format(new Date(`${month}-01T00:00:00Z`));
}

const amount = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `USD 12.40`; a dash where nothing is charged. */
export function moneyText(currency: string, value: number | null): string {
  return value === null ? '–' : `${currency} ${amount.format(value)}`;
}

export function allBytes({ total }: ProfileUsage): number {
  return Object.values(total).reduce((sum, { sent, received }) => sum + sent + received, 0);
}
