import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElectronApplication, type Page, _electron } from '@playwright/test';
import type { Bridge } from '#shared/contract/bridge.ts';
import { projectRoot } from '#support/project.ts';
import { launchOptions } from './launch-options.ts';

declare global {
  interface Window {
    /** Put there by the preload. */
    arus?: Bridge;
  }
}

export interface OpenApp {
  app: ElectronApplication;
  page: Page;
  /** Folder of the installation. */
  home: string;
  close(): Promise<void>;
}

/** Starts the built desktop app in the real Electron that `npm run test:electron` found. */
export async function openApp(): Promise<OpenApp> {
  const home = mkdtempSync(join(tmpdir(), 'arus-electron-'));
  const settings = {
    vessel: 'polaris',
    name: 'MV Polaris',
    device: 'Bridge PC',
    timeZone: 'UTC',
    mqtt: null,
  };
  writeFileSync(
    join(home, 'arus.json'),
    JSON.stringify({ ...settings, openLinksTo: ['manuals.example.com'] }),
  );
  const app = await _electron.launch(launchOptions([projectRoot, '--data', home]));
  const page = await app.firstWindow();
  await page.getByText('MV Polaris').first().waitFor();
  return {
    app,
    page,
    home,
    async close() {
      await app.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
