import { firstPolicy, plainProfile, type LinkPolicy, type LinkProfile } from '#shared/link-policy/policy.ts';

/** A policy with one link, named L-band, that is used as `change` says. */
export function policyOf(change: Partial<LinkProfile> = {}): LinkPolicy {
  const profile = { ...plainProfile('lband', 'L-band'), ...change };
  return { ...firstPolicy, profileId: 'lband', profiles: [profile] };
}

/** Monthly budgets in MB; those that are not given have no limit. */
export function budgetsOf(change: Partial<LinkProfile['budgets']>): LinkProfile['budgets'] {
  return { ...plainProfile('x', 'x').budgets, ...change };
}
