/** Gives a ship's database another id and ends, as by a power cut, in the middle of it. Takes the data directory. */
import { Journal } from '#vessel/store/journal/journal.ts';
import { openTestVessel } from './vessel.ts';

let left = 20;
const { seal } = Journal.prototype;
Journal.prototype.seal = function (...entry) {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
  seal.apply(this, entry);
};
openTestVessel({
  directory: process.argv[2] ?? '',
  vesselId: 'polaris',
  options: { vesselIdBefore: 'vessel-46f01dfc' },
});
