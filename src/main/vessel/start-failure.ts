export type StartFailureCode =
  'newer_database' | 'damaged_database' | 'in_use' | 'wrong_vessel' | 'directory' | 'disk_full';

/** The node cannot start. `message` says what is safe and what a person can do. Nothing has been changed. */
export class StartFailure extends Error {
  readonly code: StartFailureCode;
  constructor(code: StartFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartFailure';
    this.code = code;
  }
}
