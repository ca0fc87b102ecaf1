import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '#support/project.ts';
import type { Circumstances } from './circumstances.ts';
import { DesktopApp } from './desktop-app.ts';

export interface StartOptions extends Partial<Circumstances> {
  /** Content of `arus.json`: text as it stands, anything else as JSON. Left out: a first start. */
  settings?: unknown;
}

/** A computer on board with the desktop app on it; forgets everything at the end of a test. */
export class Bridge {
  readonly home = mkdtempSync(join(tmpdir(), 'arus-bridge-'));
  private readonly apps: DesktopApp[] = [];

  /** Starts the built app; it may still be on its way up. */
  launch({ settings, ...circumstances }: StartOptions = {}): DesktopApp {
    const main = circumstances.main ?? join(projectRoot, 'out', 'main', 'main.js');
    if (!existsSync(main)) throw new Error('The app is not built: npm run build');
    if (settings !== undefined) {
      const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
      writeFileSync(join(this.home, 'arus.json'), text);
    }
    const app = new DesktopApp(
      {
        args: [],
        packaged: true,
        version: '0.1.0',
        userData: this.home,
        dark: false,
        first: true,
        displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
        pressedButton: 0,
        ...circumstances,
        main,
      },
      this.home,
    );
    this.apps.push(app);
    return app;
  }

  /** Starts the built app and waits until its page has loaded and its vessel node answers or cannot start. */
  async start(options: StartOptions = {}): Promise<DesktopApp> {
    const app = this.launch(options);
    await app.loaded;
    await app.nodeSettled();
    return app;
  }

  file(...path: string[]): string {
    return join(this.home, ...path);
  }

  async leave(): Promise<void> {
    for (const app of this.apps) app.kill();
    await Promise.all(this.apps.map((app) => app.exited));
    // The node of an app that was killed ends a moment after it.
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/** Settings of a vessel without a broker. */
export const polaris = {
  vessel: 'polaris',
  name: 'MV Polaris',
  device: 'Bridge PC',
  timeZone: 'Asia/Singapore',
  mqtt: null,
};
