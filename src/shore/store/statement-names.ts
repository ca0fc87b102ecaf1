import { plannedForItsValues } from './bulk.ts';

/** Texts that get a name; the gateway has some hundred. Those that vary with a filter or a list must not fill the server. */
const mostNames = 400;
/** A text with more values than this has as many as somebody named, and the next one will have another number. */
const mostValues = 60;

/**
 * Gives each statement's text a name of its own, under which a connection has Postgres parse it once and plan it a few
 * times, however often it runs. Otherwise parsing and planning are two thirds of what one of our look-ups costs.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();

  /** @returns always the same for the same text; null where it has none */
  of(text: string, values: number): string | null {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= mostNames || values > mostValues || text.includes(plannedForItsValues))
      return null;
    const name = `arus_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}
