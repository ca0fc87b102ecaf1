import type { LinkPolicyView, LinkUsage } from '#shared/contract/link.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { shipsDay } from '#shared/domain/ships-day.ts';
import { isStopped } from '#shared/link-policy/budget.ts';
import { costOf, forecast } from '#shared/link-policy/cost.ts';
import { monthAround, shipsMonth } from '#shared/link-policy/ship-clock.ts';
import { counted } from '#shared/link-policy/traffic.ts';
import { budgetText, holdText, whyText } from '#shared/link-policy/texts.ts';
import type { LinkPolicyService } from './service.ts';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** What the policy says just now, in words. */
export function standingOf(service: LinkPolicyService): SyncStatus['policy'] {
  const { decision, chosen, timeZone, note } = service;
  const telling = { timeZone };
  return {
    profile: chosen.profile.name,
    mode: chosen.profile.mode,
    isOpen: decision.connect,
    why: whyText(decision, telling),
    holds: decision.holds.map((hold) => ({ lane: hold.lane, why: holdText(hold, telling) })),
    warnings: decision.budgets
      .filter((budget) => budget.isNear && !isStopped(budget))
      .map((budget) => `${budgetText(budget)}${budget.isLifted ? '. The stop is lifted' : ''}`),
    note,
  };
}

export function viewOf(service: LinkPolicyService, now: number): LinkPolicyView {
  const { policy, chosen, gateway, timeZone } = service;
  return {
    policy,
    profileId: chosen.profile.id,
    chosenBy: chosen.by,
    gateway: { address: gateway.address, at: iso(gateway.at), error: gateway.error },
    month: shipsMonth(now, timeZone),
    lifts: service.lifts().map(({ profile, budget, by, reason, at }) => ({
      profileId: profile,
      budget,
      by,
      reason,
      at: new Date(at).toISOString(),
    })),
    standing: standingOf(service),
  };
}

/** What went over the link in a month, by profile: those of the policy in its order, then others that were counted. */
export function usageOf(service: LinkPolicyService, now: number, asked: string | undefined): LinkUsage {
  service.settleCounts();
  const { policy, counts, timeZone } = service;
  const running = shipsMonth(now, timeZone);
  const month = asked ?? running;
  const bytes = counts.bytesIn(month);
  const time = counts.timeIn(month);
  const around = monthAround(now, timeZone);
  const removed = [...new Set([...bytes, ...time].map(({ profile }) => profile))].filter(
    (id) => !policy.profiles.some((profile) => profile.id === id),
  );
  const [year = 1970, number = 1] = month.split('-').map(Number);
  return {
    month,
    months: counts.months(),
    days: new Date(Date.UTC(year, number, 0)).getUTCDate(),
    today: month === running ? Number(shipsDay(now, timeZone).slice(8)) : null,
    currency: policy.currency,
    profiles: [...policy.profiles.map(({ id }) => id), ...removed].map((id) => {
      const profile = policy.profiles.find((each) => each.id === id) ?? null;
      const days = bytes.filter((row) => row.profile === id);
      const stood = time.filter((row) => row.profile === id);
      const sum = <T>(rows: readonly T[], of: (row: T) => number): number =>
        rows.reduce((so, row) => so + of(row), 0);
      const connectedMs = sum(stood, (row) => row.connectedMs);
      const cost =
        profile === null
          ? null
          : costOf(
              profile.tariff,
              sum(days, (row) => row.sent + row.received),
              connectedMs,
            );
      return {
        id,
        name: profile?.name ?? null,
        days: days.map(({ day, counted: kind, sent, received }) => ({ day, counted: kind, sent, received })),
        total: totalOf(days),
        connectedSeconds: Math.round(connectedMs / 1_000),
        connections: sum(stood, (row) => row.connections),
        cost,
        forecast: cost === null || month !== running ? null : forecast(cost, now, around),
        budgets: month === running ? [...service.statesOf(id)] : [],
      };
    }),
  };
}

function totalOf(
  rows: readonly { counted: (typeof counted)[number]; sent: number; received: number }[],
): LinkUsage['profiles'][number]['total'] {
  const of = (kind: (typeof counted)[number], way: 'sent' | 'received'): number =>
    rows.filter((row) => row.counted === kind).reduce((so, row) => so + row[way], 0);
  const both = (kind: (typeof counted)[number]) => ({
    sent: of(kind, 'sent'),
    received: of(kind, 'received'),
  });
  return {
    urgent: both('urgent'),
    normal: both('normal'),
    bulk: both('bulk'),
    overhead: both('overhead'),
    headers: both('headers'),
  };
}
