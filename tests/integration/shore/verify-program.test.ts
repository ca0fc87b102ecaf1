import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#support/ports.ts';
import { startOurProgram } from '#support/processes.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { migratedDatabase } from '#support/shared-databases.ts';
import { testEnvironment } from './support/environment.ts';
import { officeOn } from './support/office.ts';
import { Ship } from './support/ship.ts';

const password = 'not-for-everybody';

describe('verifying shore’s database from a command line', () => {
  let url: URL;

  beforeAll(async () => {
    const environment = testEnvironment();
    url = new URL(await migratedDatabase());
    const office = officeOn(openPostgres({ url: url.href }, environment));
    const ship = new Ship('nordlys');
    await office.addVessel('nordlys');
    ship.create({ title: 'Overhaul' });
    await office.stored(ship.batch(1, 1));
    await office.close();
    // The tests' server trusts whoever comes from here, and takes any password.
    url.password = password;
  });

  async function verify(parameters: readonly string[], environment: Record<string, string> = {}) {
    const program = startOurProgram('src/main/station/verify-program.ts', parameters, { environment });
    const { code } = await program.ended;
    return { code, said: program.output() };
  }

  test('takes the address from a file or the environment, and says what verified means', async () => {
    const file = join(temporaryDirectory('database-file'), 'address');
    writeFileSync(file, `${url.href}\n`, { mode: 0o600 });
    for (const { code, said } of [
      await verify(['--database-file', file]),
      await verify([`--database-file=${file}`, '--vessel', 'nordlys']),
      await verify([], { DATABASE_URL: url.href }),
    ]) {
      expect(said).toMatch(/^Verified: 1 changes of 1 vessels give exactly the 1 records ashore/);
      expect(said).toContain('\nNot covered: ');
      expect(said).not.toContain('secret');
      expect(said).not.toContain(password);
      expect(code).toBe(0);
    }
  });

  test('takes it from the command line too, and says who can read it there', async () => {
    const { code, said } = await verify(['--database', url.href]);
    expect(said).toMatch(/What --database says is secret.*--database-file, or into DATABASE_URL/s);
    expect(said).toMatch(/^Verified: /m);
    expect(said).not.toContain(password);
    expect(code).toBe(0);
  });

  test('ends with 2 and a sentence for an option that is wrong, and tells no password', async () => {
    for (const parameters of [
      ['--database', `mysql://arus:${password}@127.0.0.1/arus`],
      ['--database', `not an address with ${password}`],
      ['--database', 'pglite:somewhere'],
      ['--database-file', '/nowhere/address'],
      ['--data', '/nowhere'],
    ]) {
      const { code, said } = await verify(parameters);
      expect(said).toMatch(/error: --d/);
      expect(said).not.toContain(password);
      expect(said).not.toMatch(/\n\s+at /);
      expect(code).toBe(2);
    }
  });

  test('ends with 3 and a sentence where the database cannot be read', async () => {
    const { code, said } = await verify([
      '--database',
      `postgres://arus:${password}@127.0.0.1:${await freePort()}/arus`,
    ]);
    expect(said).toMatch(/Not verified: the database cannot be read: /);
    expect(said).not.toContain(password);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(3);
  });
});
