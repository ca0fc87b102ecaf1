import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { mostDrafts } from '#shared/contract/drafts.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { WritableDatabase } from '../store/database.ts';

const rows = z.array(z.object({ key: z.string(), text: z.string() }));

/** What people typed on board and did not save yet, on disk. */
export class Drafts {
  readonly #list: Statement;
  readonly #count: Statement;
  readonly #keep: Statement;
  readonly #discard: Statement;

  constructor(connection: WritableDatabase) {
    this.#list = connection.prepare('SELECT key, text FROM draft WHERE screen = ?');
    this.#count = connection
      .prepare('SELECT count(*) FROM draft WHERE screen = @screen AND key <> @key')
      .pluck();
    this.#keep = connection.prepare(
      `INSERT INTO draft (screen, key, text, at) VALUES (@screen, @key, @text, @at)
         ON CONFLICT (screen, key) DO UPDATE SET text = excluded.text, at = excluded.at`,
    );
    this.#discard = connection.prepare('DELETE FROM draft WHERE screen = @screen AND key = @key');
  }

  of(screen: string): { key: string; text: string }[] {
    return rows.parse(this.#list.all(screen));
  }

  /**
   * @param at ms
   * @throws ContractFailure `not_allowed` where a screen has too many
   */
  keep(draft: { screen: string; key: string; text: string }, at: number): void {
    const { screen, key } = draft;
    if (z.number().parse(this.#count.get({ screen, key })) >= mostDrafts)
      throw new ContractFailure(
        'not_allowed',
        `${mostDrafts} forms were begun and not saved. This one is kept on this screen only, until one of the others is saved or discarded.`,
      );
    this.#keep.run({ ...draft, at });
  }

  discard(draft: { screen: string; key: string }): void {
    this.#discard.run(draft);
  }
}
