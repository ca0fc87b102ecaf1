import type { SyncState } from '#shared/contract/record-state.ts';
import type { MediaType } from '#shared/records/attachment.ts';
import type { PreparedFile } from './prepare-file.ts';

/** A photo or document as a screen shows it, on board or in the office. */
export interface ShownAttachment {
  id: string;
  fileName: string;
  mediaType: MediaType;
  size: number;
  addedBy: string;
  addedAt: string;
  hasThumbnail: boolean;
  /** Whether its bytes can be read here. */
  isHere: boolean;
  /** Where it stands, in words: 'On this ship only', 'Sending, 41 %', 'Held by shore'. */
  words: string;
  /** The mark beside them. */
  mark: SyncState;
  /** True where a person may ask for it, since it does not come by itself. */
  mayFetch: boolean;
}

export interface PhotoPolicy {
  /** Longest edge of photos, pixels, and the quality of the JPEGs they become. */
  longestEdge: number;
  quality: number;
  /** Bytes that a file may have. */
  limit: number;
}

/** How a screen reaches the attachments of one order. Everything rejects with words for the person at the screen. */
export interface AttachmentPort {
  list(): Promise<readonly ShownAttachment[]>;
  policy(): Promise<PhotoPolicy>;
  /** Hands a file over and attaches it. @param onProgress told the share that is handed over, 0 to 1 */
  add(file: PreparedFile, onProgress: (share: number) => void): Promise<void>;
  thumbnail(id: string): Promise<Blob>;
  content(attachment: ShownAttachment): Promise<Blob>;
  /** Deletes, and says so with a way back where there is one. */
  remove(attachment: ShownAttachment): Promise<void>;
  fetch(id: string): Promise<void>;
  /** Runs `listener` whenever they may have changed; returns what ends that. */
  onChanged(listener: () => void): () => void;
  /** True when somebody acts at this screen; otherwise asks who. */
  hasActor(): Promise<boolean>;
  sayFailure(error: unknown): void;
}
