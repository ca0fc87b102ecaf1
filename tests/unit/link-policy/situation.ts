import type { Situation } from '#shared/link-policy/decide.ts';
import { plainProfile, type LinkProfile } from '#shared/link-policy/policy.ts';
import { noBytes } from '#shared/link-policy/traffic.ts';

/** An instant, ISO 8601. */
export const at = (iso: string): number => Date.parse(iso);

export const profile = (change: Partial<LinkProfile> = {}): LinkProfile => ({
  ...plainProfile('lband', 'L-band'),
  ...change,
});

export const budgets = (change: Partial<LinkProfile['budgets']>): LinkProfile['budgets'] => ({
  ...plainProfile('x', 'x').budgets,
  ...change,
});

/** A quiet afternoon in Oslo, with nothing urgent and nothing used. */
export const situation = (change: Partial<Situation> = {}): Situation => ({
  now: at('2026-03-14T13:02:00Z'),
  timeZone: 'Europe/Oslo',
  profile: profile(),
  warnAtPercent: 80,
  used: noBytes,
  lifted: new Set(),
  urgentWaits: false,
  openedFor: null,
  ...change,
});
