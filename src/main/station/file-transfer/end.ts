import type { FileTransferStatus, ImportResult, PackageLine } from '#shared/file-transfer/state.ts';

/** One end of the exchange, asked from a command line: a ship's node or the office's gateway. */
export interface End {
  /** For people: 'this ship' or 'the office'. */
  readonly name: string;
  /** Null for a ship that the office does not know yet. */
  status(): Promise<FileTransferStatus | null>;
  ownKey(): Promise<FileTransferStatus['own']>;
  export(partBytes: number): Promise<PackageLine>;
  content(parcel: PackageLine, part: number): Promise<Uint8Array>;
  import(file: Uint8Array): Promise<ImportResult>;
  trust(text: string, fingerprint: string): Promise<void>;
}

/** What the other program answered is a refusal, or it did not answer; the sentence is for whoever typed the command. */
export class EndError extends Error {}
