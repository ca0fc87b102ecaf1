import { fork } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { Log, StartBeside } from '#shared/ports.ts';

/** Characters of what such a process writes that are logged. */
const mostCharacters = 2_000;

/** Work in a process of plain Node. @param program its file */
export function besideInProcess(program: string, log: Log): StartBeside {
  return (work, { onTold, onEnded }) => {
    const child = fork(program, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-mostCharacters);
    });
    // It may have ended before it could be told; that it ended is heard either way.
    child.once('error', (err) => log.warn({ err, program }, 'the work beside this program failed'));
    child.on('message', onTold);
    child.once('close', (code, signal) => {
      if (words !== '')
        log.warn({ code, signal, words, program }, 'the work beside this program had something to say');
      onEnded();
    });
    if (child.pid === undefined) onEnded();
    else child.send({ ...(work as object) });
    return { end: () => void child.kill('SIGKILL') };
  };
}

/** Work in a thread of this process, for hosts whose executable is no plain Node. @param program its file */
export function besideInThread(program: string, log: Log): StartBeside {
  return (work, { onTold, onEnded }) => {
    const worker = new Worker(program, { workerData: work, execArgv: [] });
    worker.on('error', (err: unknown) => log.warn({ err, program }, 'the work beside this program failed'));
    worker.on('message', onTold);
    worker.once('exit', onEnded);
    return {
      end: () =>
        void worker.terminate().catch((err: unknown) => log.warn({ err }, 'the work cannot be ended')),
    };
  };
}
