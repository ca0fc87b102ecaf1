import { join } from 'node:path';
import type { Environment } from '#shared/ports.ts';
import { startChild, type Child } from './child.ts';
import type { DemoFolder } from './demo-folder.ts';
import { fromShore, type ToShore } from './shore-messages.ts';

export interface ShoreProcess {
  readonly child: Child;
  /** Address of the office's page, without a slash at its end. */
  readonly office: string;
  readonly officePort: number;
  /** Where the vessel reaches the broker. */
  readonly broker: string;
  readonly isCut: boolean;
  cut(): void;
  restore(): void;
}

/** The shore could not be started; the message says why. */
export class ShoreStartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShoreStartError';
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
  const { office, broker } = await new Promise<{ office: string; broker: string }>((resolve, reject) => {
    child.onMessage((message) => {
      const told = fromShore.safeParse(message);
      if (!told.success) return;
      if (told.data.kind === 'ready') resolve(told.data);
      else reject(new ShoreStartError(told.data.message));
    });
    void child.ended.then(({ code, signal }) =>
      reject(
        new ShoreStartError(
          `The shore ended before it was ready (${signal ?? code}). ${folder.shoreLog} says why.`,
        ),
      ),
    );
  });
  let isCut = false;
  const tell = (message: ToShore): void => child.send(message);
  return {
    child,
    office,
    officePort: Number(new URL(office).port),
    broker,
    get isCut() {
      return isCut;
    },
    cut() {
      isCut = true;
      tell({ link: 'cut' });
    },
    restore() {
      isCut = false;
      tell({ link: 'restored' });
    },
  };
}
