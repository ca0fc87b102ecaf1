import { chainStart } from '#shared/sync/chain.ts';
import { plainAck, type Ack } from '#shared/sync/frame.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { ScriptedLink } from '#support/scripted-link.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel } from '#support/vessel.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';
import { readDatabase } from './database.ts';

export const vesselId = 'mv-aurora';

/** A ship's node on a virtual clock, and the link at whose other end the test sits. */
export class ScriptedShip {
  readonly environment = virtualEnvironment(silentLog);
  link = new ScriptedLink();
  vessel = openTestVessel({ environment: this.environment, openLink: this.link.open });

  close(): Promise<void> {
    return this.vessel.node.close();
  }

  /** The program ends; another one goes on with the same data and a link of its own, which is closed yet. */
  async restart(betweenTheTwo: () => void = () => undefined): Promise<void> {
    await this.close();
    betweenTheTwo();
    this.link = new ScriptedLink();
    this.vessel = openTestVessel({
      directory: this.vessel.directory,
      environment: this.environment,
      openLink: this.link.open,
    });
  }

  /** The same ship, with `orders` waiting in its queue. */
  restartWith(orders: number): Promise<void> {
    return this.restart(() => fillWithOrders(this.vessel.directory, vesselId, orders));
  }

  status() {
    return this.vessel.call('sync.status', {});
  }

  create(title: string, priority: 'normal' | 'critical' = 'normal') {
    return this.vessel.call('workOrders.create', { title, priority });
  }

  get origin(): string {
    return this.link.settings?.clientId.split('-').at(-1) ?? '';
  }

  /** Hash of the ship's own journal at `number`. */
  hashAt(number: number): string {
    if (number === 0) return chainStart(vesselId, this.origin);
    const found = readDatabase(this.vessel.directory, (connection) =>
      connection
        .prepare('SELECT lower(hex(hash)) FROM sync_journal WHERE origin = ? AND number = ?')
        .pluck()
        .get(this.origin, number),
    );
    return typeof found === 'string' ? found : 'a'.repeat(64);
  }

  /** What has been handed to the link since the last look, after the turns of the event loop that filling it takes. */
  sentMessages() {
    this.environment.advance(0);
    return this.link.take();
  }

  sentBatches() {
    return this.sentMessages().filter((message) => message.kind === 'batch');
  }

  /** Shore's word that it holds everything up to `upTo`. */
  acknowledge(upTo: number, more: Partial<Ack> = {}): void {
    this.link.receive(vesselId, {
      kind: 'ack',
      vessel: vesselId,
      origin: this.origin,
      held: upTo,
      hash: this.hashAt(upTo),
      ...plainAck,
      outcome: 'stored',
      attempt: 0,
      problems: [],
      ...more,
    });
  }

  /** Lets promises that are settled be heard of. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
  }
}
