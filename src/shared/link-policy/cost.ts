import { bytesPerMb, type LinkProfile } from './policy.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What a link would be charged for so many bytes and so long, in the policy's currency; null where nothing is. */
export function costOf(
  { perMb, perMinute }: LinkProfile['tariff'],
  bytes: number,
  connectedMs: number,
): number | null {
  if (perMb === null && perMinute === null) return null;
  return ((perMb ?? 0) * bytes) / bytesPerMb + ((perMinute ?? 0) * connectedMs) / minuteMs;
}

/**
 * What a month comes to if it goes on as it has begun; null on its first day, when that says nothing.
 * @param spent since the month began
 */
export function forecast(spent: number, now: number, month: { begins: number; ends: number }): number | null {
  const elapsed = now - month.begins;
  return elapsed < dayMs ? null : (spent * (month.ends - month.begins)) / elapsed;
}
