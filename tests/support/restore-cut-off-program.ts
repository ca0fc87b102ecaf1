/** Opens a node's database and is killed at the given line of its log, as by a power cut: DIRECTORY LINE. */
import { systemEnvironment } from '#link/system-environment.ts';
import { openDatabase } from '#vessel/store/open-database.ts';

const [directory = '', line = '1'] = process.argv.slice(2);
let left = Number(line);
const count = (): void => {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};
const log = { debug() {}, info() {}, warn: count, error() {} };
openDatabase(directory, systemEnvironment(log)).close();
