import type { Environment, LinkMessage } from '#shared/ports.ts';
import { RareLog } from '#shared/rare-log.ts';
import { WireError } from '#shared/sync/frame.ts';
import { RefusalBudget } from '#shared/sync/refusal-budget.ts';
import { storageFailureOf } from '../../storage/storage-failure.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

const sender = 'shore';
const nothing = { entity: null, recordId: null, number: null };

/**
 * Messages from shore that cannot be taken: told to the log and to people on board; nothing of them was stored. Where
 * there are too many of them, what comes down is passed over unread for a while: shore has all of it and sends it again.
 */
export class RefusedMessages {
  readonly #environment: Environment;
  readonly #problems: VesselStore['problems'];
  readonly #log: RareLog;
  readonly #budget: RefusalBudget;

  constructor({ environment, problems }: Pick<VesselStore, 'environment' | 'problems'>) {
    this.#environment = environment;
    this.#problems = problems;
    this.#log = new RareLog({ log: environment.log, monotonic: () => environment.monotonic() });
    this.#budget = new RefusalBudget(() => environment.monotonic());
  }

  get arePassedOver(): boolean {
    return this.#budget.isPassedOver(sender);
  }

  /** Throws what is the disk's trouble and not the message's: it is told there, and shore is asked again when that is over. */
  refuse(message: LinkMessage, cause: unknown): void {
    if (storageFailureOf(cause) !== null) throw cause;
    const code = cause instanceof WireError ? cause.code : 'not_applied';
    this.#log.warn(
      code,
      { err: cause, topic: message.topic, bytes: message.payload.length },
      'a message was refused',
    );
    this.#tell(
      code,
      cause instanceof WireError
        ? `A message from shore was refused: ${cause.message}. Nothing of it was stored; shore sends its changes again.`
        : `A message from shore could not be taken: ${cause instanceof Error ? cause.message : String(cause)}. Nothing of it was stored; shore sends it again.`,
    );
    if (!(cause instanceof WireError) || this.#budget.refused(sender) === null) return;
    this.#tell(
      'passed_over',
      'So many messages that came as if from shore had to be refused that what comes down is passed over for half a ' +
        'minute to five minutes at a time, until they stop. What is written on board goes on and is kept; what the ' +
        'office wrote is ashore and is sent again. Tell the office: its gateway is damaged, or somebody misuses its ' +
        'password at the broker.',
    );
  }

  #tell(code: string, message: string): void {
    this.#problems.add({ at: this.#environment.now(), code, message, ...nothing });
  }
}
