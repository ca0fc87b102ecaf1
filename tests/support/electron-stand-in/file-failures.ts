import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is asked of the system; each stands for every function of `node:fs` that comes to it. */
export type FileCall = 'open' | 'read' | 'write' | 'fsync' | 'rename' | 'link' | 'unlink' | 'mkdir';

/** The next file operations of this kind fail. Those that SQLite does itself do not pass through Node and do not. */
export interface FileFailure {
  calls: FileCall | FileCall[];
  /** The operation fails where its path has this in it; of a rename, a link and a copy either path counts. */
  path: string;
  code: 'EPERM' | 'EBUSY' | 'ENOSPC' | 'EACCES' | 'EXDEV' | 'EROFS' | 'EIO';
  /** How often; `Infinity` until it is put right. Usual: once. */
  times?: number;
  /** How many of these operations go as usual before. Usual: none. */
  after?: number;
}

/** Tells the processes of the app where failures are ordered. */
export const failuresVariable = 'ARUS_STAND_IN_FAILURES';

/** As it lies in the folder, in a file of its own for each time: whoever removes the file is the one that fails. */
export interface OrderedFailure {
  calls: FileCall[];
  path: string;
  /** Null: it goes as usual, and is counted. */
  code: FileFailure['code'] | null;
  lasting: boolean;
}

/**
 * Failures ordered for every process of one app, by way of a folder, so that they also reach a process that the app
 * itself started.
 */
export class FileFailures {
  readonly folder = mkdtempSync(join(tmpdir(), 'arus-file-failures-'));
  private last = 0;

  constructor() {
    mkdirSync(join(this.folder, 'ordered'));
    writeFileSync(join(this.folder, 'met'), '');
  }

  /** The app runs as another user of the system. */
  giveTo({ uid, gid }: { uid: number; gid: number }): void {
    for (const name of ['', 'ordered', 'met']) chownSync(join(this.folder, name), uid, gid);
  }

  /** Orders a failure; returns what puts it right again. */
  order({ calls, path, code, times = 1, after = 0 }: FileFailure): () => void {
    const lasting = times === Infinity;
    const files = Array.from({ length: after + (lasting ? 1 : times) }, (_, index) => {
      const isUsual = index < after;
      const content: OrderedFailure = {
        calls: [calls].flat(),
        path,
        code: isUsual ? null : code,
        lasting: lasting && !isUsual,
      };
      this.last += 1;
      const name = String(this.last).padStart(6, '0');
      const file = join(this.folder, 'ordered', name);
      // Whole under its name: the app may look at any moment.
      writeFileSync(join(this.folder, name), JSON.stringify(content));
      renameSync(join(this.folder, name), file);
      return file;
    });
    return () => {
      for (const file of files) rmSync(file, { force: true });
    };
  }

  /** What has failed so far, as `CODE call path`, in order. */
  met(): string[] {
    return readFileSync(join(this.folder, 'met'), 'utf8').split('\n').filter(Boolean);
  }

  /** How many ordered failures nothing has run into yet. */
  left(): number {
    return readdirSync(join(this.folder, 'ordered')).length;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
