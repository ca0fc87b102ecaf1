import type { Lane } from '#shared/records/record.ts';
import { lanes } from '#shared/records/record.ts';
import { isStopped } from '#shared/link-policy/budget.ts';
import { decide, type Decision } from '#shared/link-policy/decide.ts';
import {
  chooseProfile,
  firstPolicy,
  linkPolicy,
  type Budgeted,
  type ChosenProfile,
  type LinkPolicy,
} from '#shared/link-policy/policy.ts';
import { shipsMonth } from '#shared/link-policy/ship-clock.ts';
import type { Traffic } from '#shared/link-policy/traffic.ts';
import type { Cancel, Environment, ReadGateway } from '#shared/ports.ts';
import { ContractFailure } from '../contract-failure.ts';
import { LinkCounts, type Lift } from '../store/link-counts.ts';
import type { Actor } from '../store/unit-of-work.ts';
import type { Committed, VesselStore } from '../store/vessel-store.ts';
import type { Gated, LinkGate } from './gate.ts';
import { NetworkGateway, type SeenGateway } from './network-gateway.ts';
import { UsageMeter } from './usage-meter.ts';

/** The wall clock is looked at again after so long at the latest: people set clocks. */
const lookAgainMs = 60_000;
/** How often a link that was opened on demand is asked whether everything is done. */
const askWhetherDoneMs = 2_000;

const minuteMs = 60_000;

export interface LinkPolicyDependencies {
  environment: Environment;
  /** Ship's time, an IANA name. */
  timeZone: string;
  traffic: (() => Traffic) | null;
  readGateway: ReadGateway | null;
  /** Something on the sync page has changed. */
  onStatus(): void;
}

interface Opened {
  cause: 'asked' | 'urgent';
  /** Monotonic ms from which on its longest stay counts; null while something urgent waits. */
  countedFrom: number | null;
}

/**
 * When this ship's link may stand and for which lanes: keeps the policy and what the link took, decides anew when
 * either, the clock, the network or the queue moves, and moves the link session.
 */
export class LinkPolicyService implements LinkGate {
  readonly counts: LinkCounts;
  readonly #store: VesselStore;
  readonly #dependencies: LinkPolicyDependencies;
  readonly #meter: UsageMeter;
  readonly #gateway: NetworkGateway;
  #gated: Gated | null = null;
  #policy: LinkPolicy;
  #chosen: ChosenProfile;
  #lifts: { month: string; lifts: Lift[] } | null = null;
  #opened: Opened | null = null;
  #decision: Decision;
  #note: string | null = null;
  #timer: Cancel | null = null;
  #soon: Cancel | null = null;
  #ended = false;

  constructor(store: VesselStore, dependencies: LinkPolicyDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.counts = new LinkCounts(store.connection);
    this.#policy = this.#readPolicy();
    this.#chosen = chooseProfile(this.#policy, null);
    const { environment, timeZone, traffic } = dependencies;
    this.#meter = new UsageMeter(
      { environment, counts: this.counts, timeZone, traffic, onCounted: () => this.#onCounted() },
      this.#chosen.profile.id,
    );
    this.#gateway = new NetworkGateway(environment, dependencies.readGateway, () => this.#onGateway());
    this.#decision = this.#decide();
  }

  /** From here on moves `gated`. */
  start(gated: Gated): void {
    this.#gated = gated;
    this.#gateway.watch(this.#policy.chooseBy === 'gateway');
    this.evaluate();
  }

  stop(): void {
    this.#ended = true;
    this.#timer?.();
    this.#soon?.();
    this.#gateway.stop();
    this.#meter.stop();
  }

  get timeZone(): string {
    return this.#dependencies.timeZone;
  }

  get policy(): LinkPolicy {
    return this.#policy;
  }

  get chosen(): ChosenProfile {
    return this.#chosen;
  }

  get decision(): Decision {
    return this.#decision;
  }

  get gateway(): SeenGateway {
    return this.#gateway.seen;
  }

  get note(): string | null {
    return this.#note;
  }

  get mayConnect(): boolean {
    return this.#decision.connect;
  }

  mayUse(lane: Lane): boolean {
    return this.#decision.lanes.includes(lane);
  }

  get only(): readonly Lane[] | null {
    return this.#decision.lanes.length === lanes.length ? null : this.#decision.lanes;
  }

  onMessage(way: 'sent' | 'received', topic: string, bytes: number): void {
    this.#meter.message(way, topic, bytes);
  }

  onUp(): void {
    this.#meter.onUp();
  }

  onDown(): void {
    this.#meter.onDown();
  }

  /** Changes were committed on board. */
  onWritten({ lanes: written, promoted }: Pick<Committed, 'lanes' | 'promoted'>): void {
    if (written.has('urgent') || (promoted ?? null) !== null) this.evaluate();
  }

  /** A person wants everything sent now: opens the link until that is done, or as long as the profile allows. */
  ask(): void {
    this.#note = null;
    const { why } = this.#decision;
    if (why.kind === 'always' || why.kind === 'window') return;
    this.#opened = { cause: 'asked', countedFrom: this.#dependencies.environment.monotonic() };
    this.evaluate();
  }

  /** The link is held closed by hand: what had opened it is over. */
  onHeldClosed(): void {
    this.#opened = null;
    this.evaluate();
  }

  setPolicy(policy: LinkPolicy): void {
    this.#store.settings.set('link_policy', JSON.stringify(policy));
    this.#policy = policy;
    this.#opened = null;
    this.#note = null;
    this.#choose();
    this.#gateway.watch(policy.chooseBy === 'gateway');
    this.evaluate();
  }

  /** @throws ContractFailure where there is nothing to lift */
  liftStop(profileId: string, budget: Budgeted, reason: string, actor: Actor): void {
    const profile = this.#policy.profiles.find(({ id }) => id === profileId);
    if (profile === undefined) throw new ContractFailure('not_found', 'There is no such link in the policy.');
    const state = this.statesOf(profileId).find(({ of }) => of === budget);
    if (state === undefined || !isStopped(state))
      throw new ContractFailure('not_allowed', 'This budget stops nothing now, so there is nothing to lift.');
    const now = this.#dependencies.environment.now();
    const month = shipsMonth(now, this.#dependencies.timeZone);
    this.counts.lift({ month, profile: profileId, budget, at: now, by: actor.name, reason });
    this.#lifts = null;
    this.evaluate();
  }

  /** This month's lifted stops. */
  lifts(): readonly Lift[] {
    const month = shipsMonth(this.#dependencies.environment.now(), this.#dependencies.timeZone);
    if (this.#lifts?.month !== month) this.#lifts = { month, lifts: this.counts.liftsIn(month) };
    return this.#lifts.lifts;
  }

  /** How a profile's budgets stand this month. */
  statesOf(profileId: string): Decision['budgets'] {
    const profile = this.#policy.profiles.find(({ id }) => id === profileId);
    return profile === undefined ? [] : this.#decideFor({ profile, by: 'hand' }).budgets;
  }

  /** What was counted up to now is on disk. */
  settleCounts(): void {
    this.#meter.write();
  }

  /** Decides anew, and moves the link where the answer is another one. */
  evaluate(): void {
    if (this.#ended) return;
    this.#soon?.();
    this.#soon = null;
    const before = this.#decision;
    this.#endWhatIsDone();
    let next = this.#decide();
    if (next.why.kind === 'urgent' && this.#opened === null) {
      this.#opened = { cause: 'urgent', countedFrom: null };
      next = this.#decide();
    }
    this.#decision = next;
    this.#plan();
    const isMoved = before.connect !== next.connect || String(before.lanes) !== String(next.lanes);
    if (isMoved) this.#gated?.onPolicy();
    if (isMoved || JSON.stringify(before) !== JSON.stringify(next)) this.#dependencies.onStatus();
  }

  #decide(): Decision {
    return this.#decideFor(this.#chosen);
  }

  #decideFor({ profile }: ChosenProfile): Decision {
    const { environment, timeZone } = this.#dependencies;
    const lifted = this.lifts().filter((lift) => lift.profile === profile.id);
    return decide({
      now: environment.now(),
      timeZone,
      profile,
      warnAtPercent: this.#policy.warnAtPercent,
      used: this.#meter.usedBy(profile.id),
      lifted: new Set(lifted.map(({ budget }) => budget)),
      urgentWaits:
        profile.mode !== 'always' || profile.budgets.overhead !== null ? this.#urgentWaits() : false,
      openedFor:
        this.#opened === null ? null : { cause: this.#opened.cause, leftMs: this.#leftMs(this.#opened) },
    });
  }

  #urgentWaits(): boolean {
    return this.#store.outbox.next('urgent', 0, 1).length > 0;
  }

  #leftMs({ countedFrom }: Opened): number | null {
    if (countedFrom === null) return null;
    const longest = this.#chosen.profile.longestMinutes * minuteMs;
    return Math.max(0, countedFrom + longest - this.#dependencies.environment.monotonic());
  }

  #endWhatIsDone(): void {
    const opened = this.#opened;
    if (opened === null) return;
    const { environment } = this.#dependencies;
    if (opened.cause === 'urgent') {
      if (this.#urgentWaits()) opened.countedFrom = null;
      else opened.countedFrom ??= environment.monotonic();
    }
    const waits = opened.cause === 'urgent' && opened.countedFrom === null;
    if (!waits && this.#gated?.isOnline === true && this.#gated.isExchangeIdle(this.#decision.lanes)) {
      this.#opened = null;
    } else if (this.#leftMs(opened) === 0) {
      this.#opened = null;
      if (opened.cause === 'asked')
        this.#note = `Closed after ${this.#chosen.profile.longestMinutes} min, before everything was sent and compared.`;
    }
  }

  #plan(): void {
    this.#timer?.();
    this.#timer = null;
    const { until } = this.#decision;
    if (until === null && this.#opened === null) return;
    const rest = until === null ? lookAgainMs : until - this.#dependencies.environment.now();
    const most = this.#opened === null ? lookAgainMs : askWhetherDoneMs;
    this.#timer = this.#dependencies.environment.after(Math.min(most, Math.max(1, rest)), () =>
      this.evaluate(),
    );
  }

  /** A budget may be used up. Never at once: whoever counts is in the middle of sending or taking. */
  #onCounted(): void {
    if (this.#ended || this.#decision.budgets.length === 0) return;
    this.#soon ??= this.#dependencies.environment.after(0, () => {
      this.#soon = null;
      this.evaluate();
    });
  }

  #onGateway(): void {
    this.#choose();
    this.evaluate();
  }

  #choose(): void {
    const before = this.#chosen;
    this.#chosen = chooseProfile(this.#policy, this.#gateway.seen.address);
    this.#meter.setProfile(this.#chosen.profile.id);
    if (before.profile.id !== this.#chosen.profile.id) {
      this.#dependencies.environment.log.info(
        { from: before.profile.name, to: this.#chosen.profile.name, by: this.#chosen.by },
        'the link goes by another profile',
      );
      this.#dependencies.onStatus();
    }
  }

  #readPolicy(): LinkPolicy {
    const text = this.#store.settings.get('link_policy');
    if (text === null) return firstPolicy;
    const parsed = linkPolicy.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    // Of another program's version. A ship without a link would be worse than one without a policy, and people are told.
    this.#dependencies.environment.log.error(
      { err: parsed.error },
      'the link policy cannot be read; the link is used',
    );
    this.#note = 'The link policy that was set cannot be read by this program. Set it again.';
    return firstPolicy;
  }
}
