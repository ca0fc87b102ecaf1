import { join } from 'node:path';
import type { Environment } from '#shared/ports.ts';
import { startChild, type Child } from './child.ts';
import type { DemoFolder } from './demo-folder.ts';
import { fromShore, type FromShore, type ToShore } from './shore-messages.ts';

export interface ShoreProcess {
  readonly child: Child;
  /** Address of the office's page, without a slash at its end. */
  readonly office: string;
  readonly officePort: number;
  /** Where the vessel reaches the broker. */
  readonly broker: string;
  readonly isCut: boolean;
  /** Resolves when every connection is broken and new ones are refused. */
  cut(): Promise<void>;
  /** Rejects with `ShoreError` when the link's port was taken by another program. */
  restore(): Promise<void>;
}

/** The shore did not do what was asked; the message says why. */
export class ShoreError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShoreError';
  }
}

/** Starts broker, database and gateway in one process and waits until they answer. */
export async function startShoreProcess(
  folder: DemoFolder,
  officePort: number,
  environment: Pick<Environment, 'after'>,
): Promise<ShoreProcess> {
  const child = startChild({
    program: join(import.meta.dirname, 'embedded-shore-program.ts'),
    parameters: [folder.shore, String(officePort)],
    log: folder.shoreLog,
    environment,
  });
  const waiting: {
    kind: FromShore['kind'];
    resolve: (heard: FromShore) => void;
    reject: (why: Error) => void;
  }[] = [];
  child.onMessage((message) => {
    const heard = fromShore.safeParse(message);
    if (!heard.success) return;
    const { data } = heard;
    const at = waiting.findIndex(({ kind }) => kind === data.kind || data.kind === 'failed');
    const [waiter] = at === -1 ? [] : waiting.splice(at, 1);
    if (data.kind === 'failed') waiter?.reject(new ShoreError(data.message));
    else waiter?.resolve(data);
  });
  void child.ended.then(({ code, signal }) => {
    const why = new ShoreError(`The shore ended by itself (${signal ?? code}). ${folder.shoreLog} says why.`);
    for (const { reject } of waiting.splice(0)) reject(why);
  });
  const told = (kind: FromShore['kind']): Promise<FromShore> =>
    new Promise((resolve, reject) => waiting.push({ kind, resolve, reject }));
  const ready = await told('ready');
  if (ready.kind !== 'ready') throw new ShoreError('The shore did not say where it is.');
  const { office, broker } = ready;
  let isCut = false;
  const setLink = async (link: ToShore['link']): Promise<void> => {
    const done = told('link');
    child.send({ link } satisfies ToShore);
    await done;
    isCut = link === 'cut';
  };
  return {
    child,
    office,
    officePort: Number(new URL(office).port),
    broker,
    get isCut() {
      return isCut;
    },
    cut: () => setLink('cut'),
    restore: () => setLink('restored'),
  };
}
