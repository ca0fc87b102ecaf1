import { useCallback, useEffect, useState } from 'react';
import { messageOf } from '../../lib/transport/transport.ts';
import type { AttachmentPort, ShownAttachment } from './attachment-port.ts';
import { FileRefused, prepareFile } from './prepare-file.ts';

/** A file that is being handed over, or could not be. */
export interface Upload {
  key: number;
  file: File;
  keepFullSize: boolean;
  /** 0 to 1. */
  share: number;
  problem: string | null;
  /** Whether trying again may help. */
  mayRetry: boolean;
}

export interface AttachmentsState {
  /** Null until they are read. */
  items: readonly ShownAttachment[] | null;
  problem: string | null;
  uploads: readonly Upload[];
  add(files: Iterable<File>, keepFullSize: boolean): void;
  retry(upload: Upload): void;
  dismiss(upload: Upload): void;
  readAgain(): void;
}

let lastKey = 0;

/** The attachments of one order, kept up to date, and the files that are on their way to it. */
export function useAttachments(port: AttachmentPort): AttachmentsState {
  const [items, setItems] = useState<readonly ShownAttachment[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);

  const readAgain = useCallback(() => {
    port.list().then(
      (found) => {
        setItems(found);
        setProblem(null);
      },
      (error: unknown) => setProblem(messageOf(error)),
    );
  }, [port]);
  useEffect(() => {
    readAgain();
    return port.onChanged(readAgain);
  }, [port, readAgain]);

  const change = useCallback((key: number, to: Partial<Upload> | null) => {
    setUploads((all) =>
      all.flatMap((each) => (each.key !== key ? [each] : to === null ? [] : [{ ...each, ...to }])),
    );
  }, []);
  const start = useCallback(
    async ({ key, file, keepFullSize }: Upload): Promise<void> => {
      try {
        const prepared = await prepareFile(file, await port.policy(), { keepFullSize });
        await port.add(prepared, (share) => change(key, { share }));
        change(key, null);
        readAgain();
      } catch (error) {
        change(key, { problem: messageOf(error), mayRetry: !(error instanceof FileRefused) });
      }
    },
    [port, change, readAgain],
  );

  return {
    items,
    problem,
    uploads,
    readAgain,
    add(files, keepFullSize) {
      // The browser empties its own list once this returns.
      const begun = Array.from(files, (file): Upload => {
        lastKey += 1;
        return { key: lastKey, file, keepFullSize, share: 0, problem: null, mayRetry: true };
      });
      void port.hasActor().then((isChosen) => {
        if (!isChosen) return;
        setUploads((all) => [...all, ...begun]);
        // One after the other: a photo takes the computer's whole attention while it is made smaller.
        void begun.reduce((before, upload) => before.then(() => start(upload)), Promise.resolve());
      });
    },
    retry(upload) {
      change(upload.key, { problem: null, share: 0 });
      void start(upload);
    },
    dismiss: ({ key }) => change(key, null),
  };
}
