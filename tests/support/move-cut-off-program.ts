/** Moves a ship to another folder and ends, as by a power cut, after a step of it. Takes both folders and the step's name. */
import { lockDirectory } from '#vessel/store/directory-lock.ts';
import { makePrivate } from '#link/private-files.ts';
import { moveShip } from '../../src/main/electron/place/move-ship.ts';

const [from = '', to = '', cutAfter = ''] = process.argv.slice(2);
moveShip(
  { from, to },
  {
    platform: process.platform,
    account: 'bridge1',
    lock: lockDirectory,
    settleRights: makePrivate,
    log: { info: () => {}, warn: () => {} },
    onStep: (step) => {
      if (step === cutAfter) process.kill(process.pid, 'SIGKILL');
    },
  },
);
