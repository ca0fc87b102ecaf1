import type { ByHandStatus, ImportResult, ParcelLine } from '#shared/by-hand/state.ts';

/** One end of the exchange, asked from a command line: a ship's node or the office's gateway. */
export interface End {
  /** For people: 'this ship' or 'the office'. */
  readonly name: string;
  /** Null for a ship that the office does not know yet. */
  status(): Promise<ByHandStatus | null>;
  ownKey(): Promise<ByHandStatus['own']>;
  export(partBytes: number): Promise<ParcelLine>;
  content(parcel: ParcelLine, part: number): Promise<Uint8Array>;
  import(file: Uint8Array): Promise<ImportResult>;
  trust(text: string, fingerprint: string): Promise<void>;
}

/** What the other program answered is a refusal, or it did not answer; the sentence is for whoever typed the command. */
export class EndError extends Error {}
