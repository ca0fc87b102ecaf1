/**
 * Sees to it that the Debian packages which the tests need are installed: a real Mosquitto, a real Postgres,
 * a real Chromium. As root on Debian it installs what is missing; otherwise it names what is missing and the
 * command that installs it, and exits 1. Does nothing when all are there.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface SystemPackage {
  name: string;
  isInstalled(): boolean;
}

const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

function isOnPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/** Debian keeps the server's programs out of PATH, in a folder for each major version. */
function hasPostgresServer(): boolean {
  const versions = '/usr/lib/postgresql';
  if (isOnPath('initdb')) return true;
  return (
    existsSync(versions) && readdirSync(versions).some((v) => existsSync(join(versions, v, 'bin/initdb')))
  );
}

const systemPackages: SystemPackage[] = [
  { name: 'mosquitto', isInstalled: () => isOnPath('mosquitto') },
  { name: 'postgresql', isInstalled: hasPostgresServer },
  { name: 'chromium', isInstalled: () => isOnPath('chromium') },
  { name: 'openssl', isInstalled: () => isOnPath('openssl') },
];

function missing(): string[] {
  return systemPackages.filter((systemPackage) => !systemPackage.isInstalled()).map(({ name }) => name);
}

function aptGet(...parameters: string[]): boolean {
  console.log(`apt-get ${parameters.join(' ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A freshly installed server would start at once and stay; the tests start their own.
  const run = spawnSync('apt-get', parameters, { stdio: 'inherit', env: { ...environment, RUNLEVEL: '1' } });
  return run.status === 0;
}

const wanted = missing();
if (wanted.length > 0) {
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${wanted.join(' ')}`;
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.log(`Installing what the tests need: ${wanted.join(', ')}`);
    if (aptGet('update', '-q')) aptGet('install', '-q', '-y', '--no-install-recommends', ...wanted);
  }
  const stillMissing = missing();
  if (stillMissing.length > 0) {
    console.error(`The tests need these Debian packages: ${stillMissing.join(', ')}.`);
    console.error(`Install them with: sudo sh -c '${byHand}'`);
    process.exitCode = 1;
  }
}
