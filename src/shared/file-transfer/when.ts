import type { When } from './texts.ts';

/** Moments as '12 Nov 14:02' in a time zone; one that this computer does not know is read as UTC, and said so. */
export function whenIn(timeZone: string): When {
  const parts = {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  const format = formatOf(parts, timeZone);
  const suffix = format.resolvedOptions().timeZone === 'UTC' ? ' UTC' : '';
  return (ms) => `${format.format(ms).replace(',', '')}${suffix}`;
}

function formatOf(parts: Intl.DateTimeFormatOptions, timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: 'UTC' });
  }
}
