import { type UtilityProcess, utilityProcess } from 'electron';
import type { Log, StartBeside } from '#shared/ports.ts';
import type { VesselProcess } from './vessel-host.ts';

/**
 * Forks the vessel's process, which Electron ends with the app.
 * @param program the built `vessel-process-program`
 */
export function forkVessel(program: string, log: Log): VesselProcess {
  const child = fork(program, 'ARUS vessel node', log);
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  };
}

/** Work in a process of its own, which is ended when it has answered. @param program the built `copy-process-program` */
export function besideInUtilityProcess(program: string, log: Log): StartBeside {
  return (work, { onTold, onEnded }) => {
    const child = fork(program, 'ARUS copies', log);
    child.on('message', (message: unknown) => {
      onTold(message);
      if (typeof message === 'object' && message !== null && 'answer' in message) child.kill();
    });
    child.once('exit', onEnded);
    child.postMessage(work);
    return { end: () => void child.kill() };
  };
}

function fork(program: string, serviceName: string, log: Log): UtilityProcess {
  const child = utilityProcess.fork(program, [], { serviceName, stdio: 'pipe' });
  // What is written there is written by Node or the system as the process ends, past every log.
  child.stderr?.on('data', (chunk: Buffer) =>
    log.error({ text: chunk.toString().slice(0, 4_000), serviceName }, 'a process of the app wrote'),
  );
  child.stdout?.resume();
  child.on('error', (type, location) =>
    log.error({ type, location, serviceName }, 'a process of the app met a fatal error'),
  );
  return child;
}
