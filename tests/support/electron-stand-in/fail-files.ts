/** Loaded before anything else of the app: makes file operations fail as ordered in the folder of `FileFailures`. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getSystemErrorMessage } from 'node:util';
import { type FileCall, type OrderedFailure, failuresVariable } from './file-failures.ts';

// Held before any of them is replaced.
const { readdirSync, readFileSync, rmSync, appendFileSync, readlinkSync, promises } = fs;
const folder = process.env[failuresVariable];

/** Functions by the name without `Sync`, and what each asks of the system. */
const callsOf: Readonly<Record<string, readonly FileCall[]>> = {
  open: ['open'],
  readFile: ['open', 'read'],
  writeFile: ['open', 'write'],
  appendFile: ['open', 'write'],
  copyFile: ['open', 'write'],
  read: ['read'],
  readv: ['read'],
  write: ['write'],
  writev: ['write'],
  fsync: ['fsync'],
  fdatasync: ['fsync'],
  rename: ['rename'],
  link: ['link'],
  unlink: ['unlink'],
  rm: ['unlink'],
  mkdir: ['mkdir'],
  mkdtemp: ['mkdir'],
};
const ofTwoPaths = new Set(['copyFile', 'rename', 'link']);
/** Methods of an open file, under the name that does the same by number. */
const methodsOfHandle: Readonly<Record<string, string>> = {
  read: 'read',
  readv: 'readv',
  readFile: 'readFile',
  write: 'write',
  writev: 'writev',
  writeFile: 'writeFile',
  appendFile: 'appendFile',
  sync: 'fsync',
  datasync: 'fdatasync',
};

type Functions = Record<string, ((...args: unknown[]) => unknown) | undefined>;

if (folder !== undefined) await failAsOrdered(folder);

async function failAsOrdered(ordersFolder: string): Promise<void> {
  const functions = fs as unknown as Functions;
  const asynchronous = promises as unknown as Functions;
  for (const [name, calls] of Object.entries(callsOf)) {
    const failureOf = (args: unknown[]): Error | null =>
      nextFailure(ordersFolder, calls, args.slice(0, ofTwoPaths.has(name) ? 2 : 1).map(pathOf));
    replace(functions, `${name}Sync`, (original) => (...args) => {
      const failure = failureOf(args);
      if (failure !== null) throw failure;
      return original(...args);
    });
    replace(functions, name, (original) => (...args) => {
      const told = args.at(-1);
      const failure = typeof told === 'function' ? failureOf(args) : null;
      if (failure === null || typeof told !== 'function') return original(...args);
      process.nextTick(told, failure);
      return undefined;
    });
    replace(asynchronous, name, (original) => (...args) => {
      const failure = failureOf(args);
      return failure === null ? original(...args) : Promise.reject(failure);
    });
  }
  const handle = await fs.promises.open(process.execPath);
  const methods = Object.getPrototypeOf(handle) as Functions;
  await handle.close();
  for (const [method, name] of Object.entries(methodsOfHandle)) {
    replace(
      methods,
      method,
      (original) =>
        function (this: { fd: number }, ...args) {
          const failure = nextFailure(ordersFolder, callsOf[name] ?? [], [pathOf(this.fd)]);
          return failure === null ? Reflect.apply(original, this, args) : Promise.reject(failure);
        },
    );
  }
  syncBuiltinESMExports();
}

type Call = (...args: unknown[]) => unknown;

function replace(
  holder: Functions,
  name: string,
  wrap: (original: Call) => (this: never, ...args: unknown[]) => unknown,
) {
  const original = holder[name];
  if (original === undefined) return;
  const wrapped = Object.defineProperties(wrap(original), Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(holder, name, {
    value: wrapped,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}

function pathOf(file: unknown): string {
  if (typeof file === 'string') return file;
  if (file instanceof URL) return fileURLToPath(file);
  if (Buffer.isBuffer(file)) return file.toString();
  const number = typeof file === 'object' && file !== null && 'fd' in file ? file.fd : file;
  try {
    return readlinkSync(`/proc/self/fd/${String(number)}`);
  } catch {
    return '';
  }
}

/** The failure that was ordered for this operation, taken from the folder; null when it goes as usual. */
function nextFailure(ordersFolder: string, calls: readonly FileCall[], paths: string[]): Error | null {
  const orders = join(ordersFolder, 'ordered');
  for (const name of readdirSync(orders).toSorted()) {
    try {
      const order = JSON.parse(readFileSync(join(orders, name), 'utf8')) as OrderedFailure;
      const call = calls.find((one) => order.calls.includes(one));
      const path = paths.find((one) => one.includes(order.path));
      if (call === undefined || path === undefined) continue;
      // Of two processes only one can remove it: the other goes on to the next.
      if (!order.lasting) rmSync(join(orders, name));
      if (order.code === null) return null;
      appendFileSync(join(ordersFolder, 'met'), `${order.code} ${call} ${path}\n`);
      return systemError(order.code, call, path);
    } catch {
      // Put right, or taken by another process, meanwhile.
    }
  }
  return null;
}

function systemError(code: NonNullable<OrderedFailure['code']>, syscall: string, path: string): Error {
  const errno = -constants.errno[code];
  const error = new Error(`${code}: ${getSystemErrorMessage(errno)}, ${syscall} '${path}'`);
  return Object.assign(error, { errno, code, syscall, path });
}
