/**
 * - `newer`: written by a newer program
 * - `in_use`: another program has the folder
 * - `not_let_in`: the server does not take who we say we are, or we do not take who it says it is
 * - `no_database`, `no_rights`: there is none of that name, or nothing may be made in it
 * - `unusable`: an address that cannot be read, a folder that holds no database
 */
export type Refusal = 'newer' | 'in_use' | 'not_let_in' | 'no_database' | 'no_rights' | 'unusable';

/**
 * The database cannot be used until a person has done something. `message` says what is safe and what to do. Nothing
 * has been changed.
 */
export class DatabaseRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DatabaseRefused';
    this.refusal = refusal;
  }
}
