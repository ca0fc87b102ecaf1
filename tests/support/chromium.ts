import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable'];

/** Path of the machine's own Chromium; throws when there is none. */
export function chromiumPath(): string {
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error('No Chromium here: install the Debian package chromium.');
  return found;
}

/** What Chromium needs to run as root, without a screen, and without calling home. */
export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--metrics-recording-only',
  '--mute-audio',
  '--font-render-hinting=none',
];

/** For `chromium.launch` of playwright-core and for `use.launchOptions` of Playwright's test runner. */
export function chromiumLaunchOptions(): { executablePath: string; args: string[] } {
  return { executablePath: chromiumPath(), args: [...chromiumArguments] };
}
