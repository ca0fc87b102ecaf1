import type { LinkMessage } from '#shared/ports.ts';
import type { IngestParts } from '../ingest/ingest.ts';
import { ingestFailedProblem, refusedProblem } from '../journal/problem-texts.ts';
import { databaseFault, databaseMessage } from '../store/database-error.ts';
import type { NewProblem } from '../store/shore-store.ts';
import type { Figures } from './figures.ts';
import type { Handled } from './inbox.ts';

/** What becomes of messages that cannot be taken: told in the log, in the figures and to people ashore. */
export class Troubles {
  readonly #parts: Pick<IngestParts, 'environment' | 'store'> & { figures: Figures };

  constructor(parts: Pick<IngestParts, 'environment' | 'store'> & { figures: Figures }) {
    this.#parts = parts;
  }

  /** The message breaks the protocol or comes from a stranger: nothing of it is stored. */
  async refuse(
    vesselId: string,
    { topic, payload }: LinkMessage,
    code: string,
    reason: string,
  ): Promise<Handled> {
    const { environment, figures } = this.#parts;
    figures.refused += 1;
    environment.log.warn(
      { vessel: vesselId, topic, bytes: payload.length, code, reason },
      'a message was refused',
    );
    await this.#report(refusedProblem(vesselId, code, reason, environment.now()));
    return 'done';
  }

  /** The database is away: the message waits. Anything else would fail again: it is reported, and blocks nothing. */
  async failed(vesselId: string, { topic, payload }: LinkMessage, error: unknown): Promise<Handled> {
    const { environment, figures } = this.#parts;
    const reason = databaseMessage(error);
    figures.lastError = { message: reason, at: environment.now() };
    const fault = databaseFault(error);
    if (fault !== 'refused') {
      environment.log.warn(
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
    const { store, environment } = this.#parts;
    try {
      if (problem.vesselId !== null && (await store.vessel(problem.vesselId)) !== null)
        await store.addProblems([problem]);
    } catch (error) {
      environment.log.warn({ err: error, problem: problem.code }, 'a problem could not be written down');
    }
  }
}
