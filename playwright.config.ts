import { type PlaywrightTestConfig, defineConfig } from '@playwright/test';
import { chromiumLaunchOptions } from './tests/support/chromium.ts';
import { quickStart } from './tests/support/quick-start/quick-start.ts';

// For the programs that specs start.
Object.assign(process.env, quickStart(process.env));

const resultFile = process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'];

const notInStation = ['**/e2e/electron/**', '**/e2e/desktop/**'];
/** `npm test` has every screen's specs once, in the desktop app; `npm run test:e2e` in the station host as well. */
const once = process.env['ARUS_SCREENS'] === 'once';

const inChromium: PlaywrightTestConfig['use'] = {
  browserName: 'chromium',
  launchOptions: chromiumLaunchOptions(),
  viewport: { width: 1280, height: 800 },
  locale: 'en-GB',
  timezoneId: 'UTC',
  screenshot: 'only-on-failure',
  // Recording takes a fifth of the time. For a spec that fails: `npm run test:e2e -- --trace on FILE`.
  trace: 'off',
};

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  globalSetup: './tests/e2e/support/shared-samples.ts',
  // Each spec starts servers and programs of its own, and waits for them more than it works: two share two cores.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: resultFile === undefined ? 'list' : [['list'], ['json', { outputFile: resultFile }]],
  // A spec learns from `testInfo.project.name` which host to open its page in.
  projects: [
    {
      name: 'station',
      testIgnore: [...notInStation, ...(once ? ['**/e2e/screens/**'] : [])],
      use: inChromium,
    },
    // The built main process on a stand-in for Electron, over IPC.
    {
      name: 'desktop',
      testMatch: ['**/e2e/desktop/**/*.spec.ts', '**/e2e/screens/**/*.spec.ts'],
      use: inChromium,
    },
    { name: 'electron', testMatch: ['**/e2e/electron/**/*.spec.ts', '**/e2e/screens/**/*.spec.ts'] },
  ],
});
