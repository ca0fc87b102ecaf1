/** Program: runs what an app gave to `utilityProcess.fork`. Arguments: the built program, and then its own. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';

/** Messages wait for the first listener, as Electron's port lets them. */
class ParentPort extends EventEmitter {
  #early: unknown[] | null = [];

  constructor() {
    super();
    process.on('message', (data) => {
      if (this.#early === null) this.emit('message', { data, ports: [] });
      else this.#early.push(data);
    });
    this.on('newListener', (event) => {
      if (event !== 'message' || this.#early === null) return;
      const early = this.#early;
      this.#early = null;
      setImmediate(() => {
        for (const data of early) this.emit('message', { data, ports: [] });
      });
    });
  }

  postMessage(message: unknown): void {
    process.send?.(message);
  }
}

const [, , program = '', ...args] = process.argv;
process.argv = [process.execPath, program, ...args];
Object.defineProperty(process, 'parentPort', { value: new ParentPort() });
// Electron ends the processes of an app that is gone.
process.on('disconnect', () => process.exit(0));

await import(pathToFileURL(program).href);
