import { useCallback, useEffect, useState } from 'react';
import type { FileTransferStatus, ImportResult, PackageLine } from '#shared/file-transfer/state.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { save, type FileTransferSource } from './file-transfer-source.ts';

/** What a person is told of the last thing done here. */
export interface TransferMessage {
  tone: 'done' | 'problem';
  text: string;
}

export interface FileTransferState {
  status: FileTransferStatus | null;
  error: Error | null;
  /** What this page is doing; null for nothing. */
  doing: 'export' | 'import' | null;
  told: readonly TransferMessage[];
  /** A key that was imported or typed and waits for a person's comparison. */
  key: NonNullable<ImportResult['key']> | null;
  load(): void;
  export(partBytes: number): Promise<void>;
  save(parcel: PackageLine, part: number): Promise<void>;
  import(files: readonly Blob[]): Promise<void>;
  readKey(text: string): Promise<void>;
  trust(): Promise<void>;
  forgetKey(): void;
}

export function useFileTransfer(source: FileTransferSource): FileTransferState {
  const [status, setStatus] = useState<FileTransferStatus | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [doing, setDoing] = useState<FileTransferState['doing']>(null);
  const [told, setTold] = useState<readonly TransferMessage[]>([]);
  const [key, setKey] = useState<FileTransferState['key']>(null);
  const load = useCallback((): void => {
    source.status().then(
      (found) => {
        setStatus(found);
        setError(null);
      },
      (failure: unknown) => setError(failure instanceof Error ? failure : new Error(messageOf(failure))),
    );
  }, [source]);
  useEffect(() => {
    load();
    return source.onMoved(load);
  }, [source, load]);

  const problem = (failure: unknown): TransferMessage => ({ tone: 'problem', text: messageOf(failure) });
  const work = async (
    kind: FileTransferState['doing'],
    action: () => Promise<readonly TransferMessage[]>,
  ): Promise<void> => {
    setDoing(kind);
    setTold([]);
    try {
      setTold(await action());
    } catch (failure) {
      setTold([problem(failure)]);
    } finally {
      setDoing(null);
      load();
    }
  };
  const savePart = async ({ parcel, parts }: PackageLine, part: number): Promise<void> => {
    const name = parts.find((each) => each.part === part)?.name ?? parcel;
    save(name, await source.content(parcel, part));
  };
  return {
    status,
    error,
    doing,
    told,
    key,
    load,
    export: (partBytes) =>
      work('export', async () => {
        const made = await source.export(partBytes);
        if (made === null)
          return [{ tone: 'done', text: 'The file is being made. It stands in the list when it is done.' }];
        const [only, ...others] = made.parts;
        if (only === undefined || others.length > 0)
          return [{ tone: 'done', text: `Made in ${made.of} parts. Save each of them from the list below.` }];
        await savePart(made, 1);
        return [{ tone: 'done', text: `Made: ${only.name}` }];
      }),
    save: (parcel, part) => savePart(parcel, part).catch((failure: unknown) => setTold([problem(failure)])),
    import: (files) =>
      work('import', async () => {
        const results: TransferMessage[] = [];
        for (const file of files) {
          try {
            const result = await source.import(file);
            if (result.key !== null) setKey(result.key);
            results.push({ tone: result.outcome === 'refused' ? 'problem' : 'done', text: result.message });
          } catch (failure) {
            results.push(problem(failure));
          }
        }
        return results;
      }),
    readKey: async (text) => {
      try {
        const { of, fingerprint } = await source.readKey(text);
        setTold([]);
        setKey({ text, of, fingerprint });
      } catch (failure) {
        setTold([problem(failure)]);
      }
    },
    trust: async () => {
      if (key === null) return;
      try {
        setStatus(await source.trust(key.text, key.fingerprint));
        setKey(null);
        setTold([{ tone: 'done', text: 'The key was taken over.' }]);
      } catch (failure) {
        setTold([problem(failure)]);
      }
    },
    forgetKey: () => setKey(null),
  };
}
