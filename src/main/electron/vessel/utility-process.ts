import { utilityProcess } from 'electron';
import type { Log } from '#shared/ports.ts';
import type { VesselProcess } from './vessel-host.ts';

/**
 * Forks the vessel's process, which Electron ends with the app.
 * @param program the built `vessel-process-program`
 */
export function forkVessel(program: string, log: Log): VesselProcess {
  const child = utilityProcess.fork(program, [], { serviceName: 'ARUS vessel node', stdio: 'pipe' });
  // What is written there is written by Node or the system as the process ends, past every log.
  child.stderr?.on('data', (chunk: Buffer) =>
    log.error({ text: chunk.toString().slice(0, 4_000) }, 'the vessel node wrote'),
  );
  child.stdout?.resume();
  child.on('error', (type, location) => log.error({ type, location }, 'the vessel node met a fatal error'));
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  };
}
