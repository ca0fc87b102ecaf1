import { Commits } from '#shore/commits.ts';
import { zeroCounters } from '#shore/gateway/counters.ts';
import type { Gateway } from '#shore/gateway/gateway.ts';
import { followNotifications } from '#shore/pg-notifications.ts';
import type { RecordUnit, WaitingWriter } from '#shore/record-and-publish.ts';
import { databaseFault } from '#shore/store/database-error.ts';
import { pause } from '#shore/store/retry.ts';
import { decideClaim } from '#shore/vessels/decide-claim.ts';
import { WaitingWrites } from '#shore/waiting-writes.ts';
import type { MemoryDatabase } from '../shore/memory-database.ts';
import { MemoryContents } from '../shore/memory-contents.ts';
import { MemorySnapshots } from '../shore/memory-snapshots.ts';
import { MemoryStore } from '../shore/memory-store.ts';
import type { Dice } from './dice.ts';
import { Life, type WallClock } from './life.ts';
import { Path, type Network } from './network.ts';
import { plainCodec } from './plain-codec.ts';
import { programsOf, type Programs, type RecordsVersion } from './programs.ts';
import type { Timeline } from './timeline.ts';
import { wireOf, type DatabaseWeather } from './wire.ts';

export interface OfficeDependencies {
  timeline: Timeline;
  network: Network;
  dice: Dice;
  database: MemoryDatabase;
  databaseWeather(): DatabaseWeather;
  clock: WallClock;
  /** Group under which several gateways share the vessels' messages; null for one alone. */
  group: string | null;
  /** Whether a computer on board may be put back to a copy: then two journals come under one name. */
  copies: boolean;
  onEnd(office: Office): void;
}

/** What a gateway says that hears of two journals under one name. */
const mayBeSaid = /^a vessel sent another journal than the one held/;

/** One gateway program, and the people who write through it. */
export class Office {
  readonly name: string;
  readonly path = new Path();
  /** The version of the records that its program knows, from its next start on. */
  records: RecordsVersion = 1;
  life: Life | null = null;
  gateway: Gateway | null = null;
  /** Its program has begun to listen, and has applied what waited for it. */
  ready = false;
  readonly #dependencies: OfficeDependencies;
  #writeParts: Parameters<Programs['writeAshore']>[0] | null = null;
  #lives = 0;

  constructor(name: string, dependencies: OfficeDependencies) {
    this.name = name;
    this.#dependencies = dependencies;
  }

  get running(): boolean {
    return this.life?.alive === true;
  }

  start(): void {
    if (this.running) return;
    const { timeline, network, dice, database, databaseWeather, clock, group, copies, onEnd } =
      this.#dependencies;
    const { Gateway: GatewayOfVersion, applyWaiting } = programsOf[this.records];
    this.#lives += 1;
    const life = new Life(this.name, timeline, {
      clock,
      dice,
      mayFail: (message) => copies && mayBeSaid.test(message),
    });
    this.life = life;
    timeline.trace.add(timeline.now, this.name, 'starts', this.#lives);
    const { environment } = life;
    const wire = wireOf(life, dice, databaseWeather);
    const store = new MemoryStore(database, wire);
    const commits = new Commits(environment.log);
    const dependencies = {
      store,
      snapshots: new MemorySnapshots(database, wire),
      contents: new MemoryContents(database, wire),
      attachmentLimit: 10_000,
      environment,
      commits,
      counters: zeroCounters(),
      codec: plainCodec,
      openLink: network.openLinkFor(life, this.path, dice),
      gateway: this.name,
      admit: () => true,
      waiting: new WaitingWrites<WaitingWriter>(),
    };
    this.#writeParts = dependencies;
    life.onEnd(() => {
      this.gateway = null;
      this.ready = false;
      this.#writeParts = null;
      onEnd(this);
    });
    life.run(() => {
      const gateway = new GatewayOfVersion(dependencies, {
        group,
        version: '0.0.0',
        qos: { changes: 1, presence: 1 },
      });
      this.gateway = gateway;
      const start = async (): Promise<void> => {
        for (;;) {
          try {
            await applyWaiting(dependencies);
            break;
          } catch (error) {
            if (databaseFault(error) === 'refused') throw error;
            await pause(environment, 2_000);
          }
        }
        followNotifications(store, commits, this.name, environment);
        gateway.start();
        this.ready = true;
      };
      start().catch((error: unknown) => timeline.fail(error));
    });
  }

  kill(): void {
    this.life?.end('killed');
  }

  /** Somebody in the office says of every computer that waits that it is the ship. */
  acceptAll(vesselId: string): void {
    const dependencies = this.#writeParts;
    const { life } = this;
    if (dependencies === null || life === null) return;
    const { timeline } = life;
    const accept = async (): Promise<void> => {
      const { claims } = await dependencies.store.identity(vesselId);
      for (const { origin, state } of claims)
        if (state === 'waiting')
          await decideClaim(dependencies, { vesselId, origin }, 'accepted', {
            actorId: null,
            actorName: 'Superintendent',
            device: 'Office',
          });
    };
    life.run(() => {
      accept().catch((error: unknown) => {
        if (!life.alive) return;
        timeline.trace.add(timeline.now, this.name, 'cannot decide', 0, () => String(error));
      });
    });
  }

  /** Somebody in the office writes through this gateway. */
  write(vesselId: string, actor: string, work: (unit: RecordUnit) => Promise<void>): void {
    const dependencies = this.#writeParts;
    const { life } = this;
    if (dependencies === null || life === null) return;
    const { timeline } = life;
    const { writeAshore, ShoreFailure } = programsOf[this.records];
    life.run(() => {
      writeAshore(dependencies, vesselId, { actorId: null, actorName: actor, device: 'Office' }, work).catch(
        (error: unknown) => {
          if (!life.alive) return;
          timeline.trace.add(timeline.now, this.name, 'cannot write', 0, () => String(error));
          if (!(error instanceof ShoreFailure)) timeline.fail(error);
        },
      );
    });
  }
}
