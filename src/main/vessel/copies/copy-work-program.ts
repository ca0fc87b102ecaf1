/** Does one piece of work on copies beside a vessel node: as a child process of plain Node, or as a thread. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { copyWork, type CopyMessage } from './copy-work.ts';
import { doCopyWork } from './do-copy-work.ts';

if (parentPort === null) {
  // The records come first, whoever waits for a processor.
  setPriority(constants.priority.PRIORITY_LOW);
  const send = (told: CopyMessage, then: () => void = () => undefined): void =>
    void process.send?.(told, then);
  process.once('message', (given) => {
    const answer = doCopyWork(copyWork.parse(given), (now) => send({ now }));
    // Whoever asked may be gone.
    send({ answer }, () => process.connected && process.disconnect());
  });
} else {
  const port = parentPort;
  const send = (told: CopyMessage): void => port.postMessage(told);
  send({ answer: doCopyWork(copyWork.parse(workerData), (now) => send({ now })) });
}
