import { spawn } from 'node:child_process';

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/**
 * Opens an address in the person's browser where there is one; never fails without.
 * @param hasScreen false where no window can be shown
 */
export function openBrowser(address: string, hasScreen: boolean): void {
  if (!hasScreen) return;
  const [program, ...rest] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...rest, address], { stdio: 'ignore', detached: true, windowsHide: true });
  // No such program: the address stands in the terminal.
  child.once('error', () => {});
  child.unref();
}
