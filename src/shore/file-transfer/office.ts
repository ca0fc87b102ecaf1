import type { FileTransferStatus, ImportResult, PackageLine } from '#shared/file-transfer/state.ts';
import type { Environment } from '#shared/ports.ts';
import { withServiceErrors } from '../service-errors.ts';
import type { FileTransferService } from './service.ts';

/** What the office may ask about files that travel by hand. Every method rejects with a `ShoreFailure` and nothing else. */
export interface FileTransferOffice {
  /** The office's own key, the same for all ships. */
  ownKey(): Promise<FileTransferStatus['own']>;
  status(vesselId: string): Promise<FileTransferStatus>;
  export(vesselId: string, partBytes: number): Promise<PackageLine>;
  content(vesselId: string, parcel: string, part: number): Promise<{ name: string; bytes: Uint8Array }>;
  import(vesselId: string, file: Uint8Array): Promise<ImportResult>;
  readKey(
    vesselId: string,
    text: string,
  ): Promise<{ of: string; fingerprint: string; standing: 'first' | 'known' | 'changed' }>;
  trust(vesselId: string, text: string, fingerprint: string): Promise<FileTransferStatus>;
}

export function fileTransferOffice(
  service: FileTransferService,
  environment: Environment,
): FileTransferOffice {
  const answer = <T>(work: () => Promise<T>): Promise<T> => withServiceErrors(environment, work);
  return {
    ownKey: () => answer(() => service.ownKey()),
    status: (vesselId) => answer(() => service.status(vesselId)),
    export: (vesselId, partBytes) => answer(() => service.export(vesselId, partBytes)),
    content: (vesselId, parcel, part) => answer(() => service.content(vesselId, parcel, part)),
    import: (vesselId, file) => answer(() => service.import(vesselId, file)),
    readKey: (vesselId, text) => answer(() => service.readKey(vesselId, text)),
    trust: (vesselId, text, fingerprint) => answer(() => service.trust(vesselId, text, fingerprint)),
  };
}
