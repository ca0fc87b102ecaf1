import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '#shared/ports.ts';
import { startChild, type Child } from './child.ts';
import type { DemoFolder } from './demo-folder.ts';
import { sampleVessel } from './sample-ship.ts';

const project = join(import.meta.dirname, '..', '..');

/** A vessel node that serves its board to browsers on this computer. */
export interface StationProcess {
  readonly child: Child;
  /** `http://127.0.0.1:PORT`, and what a screen or a script must show there. */
  readonly origin: string;
  readonly token: string;
}

/** The vessel node could not be started; the message says why. */
export class VesselStartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VesselStartError';
  }
}

export interface VesselProcessOptions {
  folder: DemoFolder;
  broker: string;
  environment: Pick<Environment, 'after'>;
}

const whoWeAre = (broker: string): string[] => [
  '--vessel',
  sampleVessel.id,
  '--name',
  sampleVessel.name,
  '--device',
  sampleVessel.device,
  '--mqtt',
  broker,
];

/** Starts the vessel node with its station host and waits until that answers. */
export async function startStation(
  options: VesselProcessOptions & { port: number },
): Promise<StationProcess> {
  const { folder, broker, environment, port } = options;
  const child = startChild({
    program: join(project, 'src', 'main', 'station', 'vessel-program.ts'),
    parameters: ['--data', folder.vessel, ...whoWeAre(broker), '--port', String(port)],
    log: folder.vesselLog,
    environment,
  });
  const address = await new Promise<URL>((resolve, reject) => {
    child.onLine((line) => {
      const found = URL.parse(/http:\/\/\S+/.exec(line)?.[0] ?? '');
      if (found !== null) resolve(found);
    });
    void child.ended.then(({ code, signal }) =>
      reject(
        new VesselStartError(
          `The vessel node ended before it was ready (${signal ?? code}). ${folder.vesselLog} says why.`,
        ),
      ),
    );
  });
  const token = new URLSearchParams(address.hash.slice(1)).get('token') ?? '';
  return { child, origin: address.origin, token };
}

/**
 * Finds the desktop app's binary, fetching it once where it is missing.
 * @returns its path, or why there is none
 */
export async function obtainElectron(onWait: () => void): Promise<{ binary: string } | { reason: string }> {
  const finder = spawn(process.execPath, [join(project, 'scripts', 'obtain-electron.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  finder.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  finder.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.err === '') onWait();
    said.err += text;
  });
  const [code] = z.tuple([z.number().nullable(), z.unknown()]).parse(await once(finder, 'close'));
  const binary = said.out.trim();
  if (code === 0 && binary !== '') return { binary };
  return { reason: said.err.trim().split('\n').at(-1) ?? 'it is not there' };
}

/** Starts the desktop app on the same ship. */
export function startElectron(binary: string, options: VesselProcessOptions): Child {
  const { folder, broker, environment } = options;
  return startChild({
    program: binary,
    parameters: [project, '--data', folder.ship, ...whoWeAre(broker)],
    log: folder.vesselLog,
    environment,
  });
}
