import { app } from 'electron';

/** As in `electron-builder.yml`: Windows puts the window, its pinned icon and what it tells under one program by it. */
const appId = 'app.arus.desktop';

/** Must run before the app is ready. */
export function tellWhoWeAre(): void {
  app.setAppUserModelId(appId);
}

/**
 * Keeps Chromium from asking the person for a keyring: it would encrypt cookies with it, and there are none. Must run
 * before the app is ready.
 */
export function needNoKeyring(platform: NodeJS.Platform): void {
  if (platform === 'linux') app.commandLine.appendSwitch('password-store', 'basic');
  if (platform === 'darwin') app.commandLine.appendSwitch('use-mock-keychain');
}
