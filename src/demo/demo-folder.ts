import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What the demo remembers from one time to the next, so that addresses stay what they were. */
const memory = z.object({
  boardPort: z.number().int().nullable().default(null),
  officePort: z.number().int().nullable().default(null),
  /** True once the sample ship stands. */
  hasShip: z.boolean().default(false),
});
export type DemoMemory = z.infer<typeof memory>;

export interface DemoFolder {
  /** Folder of the ship's installation, and in it of its database. */
  readonly ship: string;
  readonly vessel: string;
  /** Folder of shore's database. */
  readonly shore: string;
  readonly shoreLog: string;
  readonly vesselLog: string;
  recall(): DemoMemory;
  remember(change: Partial<DemoMemory>): void;
  /** Lets another demo use the folder. */
  release(): void;
}

/** The folder cannot be used; the message says why and what to do. */
export class DemoFolderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DemoFolderError';
  }
}

const memoryFile = 'demo.json';
const lockFile = 'demo.pid';

/**
 * Takes the folder for this process.
 * @param fresh forgets what an earlier demo left in it
 * @throws {DemoFolderError} when another demo runs in it, or `fresh` is asked for a folder that is not a demo's
 */
export function takeDemoFolder(folder: string, fresh: boolean): DemoFolder {
  mkdirSync(folder, { recursive: true });
  const memoryPath = join(folder, memoryFile);
  const lockPath = join(folder, lockFile);
  refuseWhenTaken(lockPath, folder);
  if (fresh) {
    const names = readdirSync(folder);
    if (names.length > 0 && !names.includes(memoryFile)) {
      throw new DemoFolderError(
        `${folder} holds something that is not a demo's. Nothing was removed; name another folder with --data.`,
      );
    }
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  }
  writeFileSync(lockPath, `${process.pid}\n`);

  const recall = (): DemoMemory =>
    memory.parse(existsSync(memoryPath) ? JSON.parse(readFileSync(memoryPath, 'utf8')) : {});
  const remember = (change: Partial<DemoMemory>): void =>
    writeFileSync(memoryPath, `${JSON.stringify({ ...recall(), ...change }, null, 2)}\n`);
  remember({});
  const ship = join(folder, 'ship');
  const vessel = join(ship, 'vessel');
  mkdirSync(vessel, { recursive: true });
  return {
    ship,
    vessel,
    shore: join(folder, 'shore'),
    shoreLog: join(folder, 'shore.log'),
    vesselLog: join(folder, 'vessel.log'),
    recall,
    remember,
    release: () => rmSync(lockPath, { force: true }),
  };
}

function refuseWhenTaken(lockPath: string, folder: string): void {
  if (!existsSync(lockPath)) return;
  const pid = Number(readFileSync(lockPath, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return;
  throw new DemoFolderError(
    `A demo runs in ${folder} already (process ${pid}). End it first, or name another folder with --data. If that process is something else, delete ${lockPath}.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
