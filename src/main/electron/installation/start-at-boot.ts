import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { App } from 'electron';

export interface StartAtBoot {
  /** Null where the system cannot be asked for it. */
  get(): boolean | null;
  set(on: boolean): void;
}

export interface StartAtBootOptions {
  app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings' | 'getPath' | 'isPackaged'>;
  platform: NodeJS.Platform;
  /** What starts the app: of an AppImage the image, whose content lies elsewhere at each start. */
  program: string;
  /** Options to be started with. */
  args: readonly string[];
}

/** Starts the app when its user logs on to the computer. */
export function startAtBoot({ app, platform, program, args }: StartAtBootOptions): StartAtBoot {
  // From a checkout the program is Electron itself, with nothing to show.
  if (!app.isPackaged) return { get: () => null, set: () => {} };
  if (platform !== 'linux') {
    const item = platform === 'win32' ? { path: program, args: [...args] } : {};
    return {
      get: () => app.getLoginItemSettings(item).openAtLogin,
      set: (on) => app.setLoginItemSettings({ ...item, openAtLogin: on }),
    };
  }
  const file = join(app.getPath('appData'), 'autostart', 'arus.desktop');
  return {
    get: () => existsSync(file),
    set(on) {
      if (!on) {
        rmSync(file, { force: true });
        return;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, desktopEntry(program, args));
    },
  };
}

/** As the Desktop Entry Specification has it, quoted by its rules for `Exec`. */
export function desktopEntry(program: string, args: readonly string[]): string {
  const quoted = [program, ...args].map((part) => {
    const inner = part.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%');
    // The value as a whole is a text, in which a backslash is written twice.
    return `"${inner.replaceAll('\\', String.raw`\\`)}"`;
  });
  return `[Desktop Entry]\nType=Application\nName=ARUS\nExec=${quoted.join(' ')}\nX-GNOME-Autostart-enabled=true\n`;
}
