import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { ReadableDatabase } from './database.ts';

export type SettingName =
  | 'vessel_id'
  /** The ship's, for people, so that a copy says whose it is. */
  | 'vessel_name'
  | 'origin'
  | 'link_enabled'
  /** `yes` once a broker has let this ship in: `settled-id.ts`. */
  | 'link_was_up'
  | 'last_contact_at'
  | 'unapplied'
  /** `yes` while changes of a newer program wait for this one to be updated. */
  | 'waiting'
  | 'digest'
  | 'agreement'
  /** What is held here of other journals and not ashore, by shore's last word: `not-ashore.ts`. */
  | 'not_ashore'
  | 'snapshot'
  | 'snapshot_start'
  | 'link_policy'
  | 'attachment_policy'
  /** Of files that travel by hand: `file-transfer/transfer-log.ts`. */
  | 'by_hand_keys'
  | 'by_hand_shore'
  | 'by_hand_answers'
  | 'by_hand_ids'
  | 'by_hand_told'
  /** Whether shore takes this computer for the ship: `sync/link/identity.ts`. */
  | 'identity_let_in'
  | 'identity_held';

const stored = z.string().nullable();

/** What the node knows of itself, as text. Not synced. */
export class Settings {
  readonly #get: Statement;
  readonly #set: Statement;
  #unapplied: boolean | null = null;

  constructor(connection: ReadableDatabase) {
    this.#get = connection.prepare('SELECT value FROM node_settings WHERE name = ?').pluck();
    this.#set = connection.prepare(
      'INSERT INTO node_settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
  }

  get(name: SettingName): string | null {
    return stored.parse(this.#get.get(name) ?? null);
  }

  set(name: SettingName, value: string): void {
    this.#set.run(name, value);
  }

  /** Sets it where it is another. */
  keep(name: SettingName, value: string): void {
    if (this.get(name) !== value) this.set(name, value);
  }

  /** Whether the journal may hold changes that could not be applied. Every write asks, so it is remembered. */
  hasUnapplied(): boolean {
    this.#unapplied ??= this.get('unapplied') !== null;
    return this.#unapplied;
  }

  /** There is such a change. Never taken back: asking the journal in vain does no harm. */
  noteUnapplied(): void {
    if (this.get('unapplied') === null) this.set('unapplied', 'yes');
    this.#unapplied = true;
  }
}
