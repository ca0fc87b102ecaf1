import type { FileTransferStatus, ImportResult, PackageLine } from '#shared/file-transfer/state.ts';

/** The end that a page belongs to, as far as files that travel by hand go. */
export interface FileTransferSource {
  status(): Promise<FileTransferStatus>;
  /** Null where it takes long: the list shows it when it is made. */
  export(partBytes: number): Promise<PackageLine | null>;
  content(parcel: string, part: number): Promise<Blob>;
  import(file: Blob): Promise<ImportResult>;
  readKey(
    text: string,
  ): Promise<{ of: string; fingerprint: string; standing: 'first' | 'known' | 'changed' }>;
  trust(text: string, fingerprint: string): Promise<FileTransferStatus>;
  /** Returns what stops it. */
  onMoved(listener: () => void): () => void;
}

/** Who is who on a page. */
export interface FileTransferLabels {
  /** 'this ship' or 'the office'. */
  own: string;
  /** 'the office' or the ship's name. */
  other: string;
}

/** Hands content to the browser to be saved; in the desktop app that asks where to. */
export function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // The browser has begun to read it by the time of the next click.
  anchor.addEventListener('blur', () => URL.revokeObjectURL(address));
}
