import type { LinkMessage } from '#shared/ports.ts';
import { RareLog } from '#shared/rare-log.ts';
import { RefusalBudget } from '#shared/sync/refusal-budget.ts';
import type { IngestDependencies } from '../ingest/ingest.ts';
import { ingestFailedProblem, passedOverProblem, refusedProblem } from '../journal/problem-texts.ts';
import { databaseFault, databaseMessage } from '../store/database-error.ts';
import type { NewProblem } from '../store/shore-store.ts';
import type { Counters } from './counters.ts';
import type { Handled } from './inbox.ts';

/** Errors of messages that cannot be taken: they go to the log, to the counters and to people ashore. */
export class MessageErrors {
  readonly #dependencies: Pick<IngestDependencies, 'environment' | 'store'> & { counters: Counters };

  readonly #budget: RefusalBudget;
  /** For what senders can cause as often as they like. */
  readonly log: RareLog;

  constructor(dependencies: Pick<IngestDependencies, 'environment' | 'store'> & { counters: Counters }) {
    this.#dependencies = dependencies;
    const { environment } = dependencies;
    this.#budget = new RefusalBudget(() => environment.monotonic());
    this.log = new RareLog({ log: environment.log, monotonic: () => environment.monotonic() });
  }

  /** Whether a vessel's messages are passed over for now. One that is counts as let go. */
  passesOver(vesselId: string): boolean {
    const isPassedOver = this.#budget.isPassedOver(vesselId);
    if (isPassedOver) {
      this.#dependencies.counters.passedOver += 1;
      this.#dependencies.counters.refusedBy.add('passed_over', vesselId);
    }
    return isPassedOver;
  }

  /** It came on a topic that is not ours. */
  strange(topic: string): void {
    const { counters } = this.#dependencies;
    counters.refused += 1;
    counters.refusedBy.add('topic', null);
    this.log.warn('topic', { topic }, 'a message on a topic that is not ours was passed over');
  }

  /** The message breaks the protocol or comes from a stranger: nothing of it is stored. */
  async refuse(
    vesselId: string,
    { topic, payload }: LinkMessage,
    code: string,
    reason: string,
  ): Promise<Handled> {
    const { environment, counters } = this.#dependencies;
    counters.refused += 1;
    counters.refusedBy.add(code, vesselId);
    this.log.warn(
      `refused ${vesselId} ${code}`,
      { vessel: vesselId, topic, bytes: payload.length, code, reason },
      'a message was refused',
    );
    await this.#report(refusedProblem(vesselId, code, reason, environment.now()));
    const pause = this.#budget.refused(vesselId);
    if (pause !== null) {
      this.log.warn(
        `passed over ${vesselId}`,
        { vessel: vesselId, seconds: pause / 1_000 },
        'too many messages were refused; what comes from this vessel is passed over for a while',
      );
      await this.#report(passedOverProblem(vesselId, environment.now()));
    }
    return 'done';
  }

  /** The database is away: the message waits. Anything else would fail again: it is reported, and blocks nothing. */
  async failed(vesselId: string, { topic, payload }: LinkMessage, error: unknown): Promise<Handled> {
    const { environment, counters } = this.#dependencies;
    const reason = databaseMessage(error);
    counters.lastError = { message: reason, at: environment.now() };
    const fault = databaseFault(error);
    if (fault !== 'refused') {
      this.log.warn(
        `away ${vesselId}`,
        { err: error, vessel: vesselId, topic },
        'the database is away; what came waits, unacknowledged',
      );
      return 'later';
    }
    environment.log.error(
      { err: error, vessel: vesselId, topic, bytes: payload.length },
      'a message could not be stored',
    );
    await this.#report(ingestFailedProblem(vesselId, topic, reason, environment.now()));
    return 'done';
  }

  /** Where the vessel is known: what strangers send fills no table. */
  async #report(problem: NewProblem): Promise<void> {
    const { store } = this.#dependencies;
    try {
      if (problem.vesselId !== null && (await store.vessel(problem.vesselId)) !== null)
        await store.addProblems([problem]);
    } catch (error) {
      this.log.warn(
        `problem ${problem.code}`,
        { err: error, problem: problem.code },
        'a problem could not be written down',
      );
    }
  }
}
