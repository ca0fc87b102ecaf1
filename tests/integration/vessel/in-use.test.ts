import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestVessel, openTestVessel } from '#support/vessel.ts';

let first: TestVessel;
beforeEach(() => {
  first = openTestVessel({ options: { account: 'bridge1' } });
});
afterEach(() => first.node.close());

const noteIn = (vessel: TestVessel): string => join(vessel.directory, 'in-use.json');

/** What a second node on the same directory says. */
function refusal(account = 'bridge2'): string {
  try {
    openTestVessel({ directory: first.directory, options: { account, timeZone: 'Asia/Singapore' } });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('A second node was opened');
}

describe('a second node on a ship that is open', () => {
  test('says whose account has it since when, in ship’s time', () => {
    const kept = JSON.parse(readFileSync(noteIn(first), 'utf8')) as object;
    writeFileSync(noteIn(first), JSON.stringify({ ...kept, since: Date.UTC(2026, 10, 28, 0, 12) }));
    expect(refusal()).toBe(
      'Account bridge1 has had this ship open on this computer since 28 Nov 08:12. Nothing was changed. ' +
        'Close ARUS there, or log that account off; then the ship opens here.',
    );
    expect(refusal('bridge1')).toContain('This account has had this ship open in another ARUS');
  });

  test.each<[string, (note: string) => void]>([
    ['nothing', () => {}],
    [
      'a note that is too long',
      (note) => writeFileSync(note, JSON.stringify({ account: 'x'.repeat(2_000) })),
    ],
    [
      'a note with lines of its own',
      (note) => writeFileSync(note, JSON.stringify({ account: 'a\nb', program: 'app', since: 1 })),
    ],
    ['no JSON', (note) => writeFileSync(note, '[[[[[[')],
    [
      'a link to another file',
      (note) => {
        writeFileSync(`${note}.other`, JSON.stringify({ account: 'x', program: 'app', since: 1 }));
        symlinkSync(`${note}.other`, note);
      },
    ],
    ['a pipe that nobody writes to', (note) => void execFileSync('mkfifo', [note])],
  ])('says no more than that there is one where %s tells of it', (_what, put) => {
    rmSync(noteIn(first));
    put(noteIn(first));
    expect(refusal()).toMatch(/^Another ARUS node is running on /);
  });
});

test('a node that is closed says nothing of whose it was', async () => {
  const vessel = openTestVessel({ options: { account: 'bridge1' } });
  expect(existsSync(noteIn(vessel))).toBe(true);
  await vessel.node.close();
  expect(existsSync(noteIn(vessel))).toBe(false);
});
