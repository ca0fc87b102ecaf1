import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseState, FuseV1Options } from '@electron/fuses';

/** What a build of Electron bears in its binary before the fuses' own version, length and states. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseVersion = 1;

/** As Electron ships them, in the order of the wire. */
const fuses: Readonly<Record<FuseV1Options, FuseState>> = {
  [FuseV1Options.RunAsNode]: FuseState.ENABLE,
  [FuseV1Options.EnableCookieEncryption]: FuseState.DISABLE,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.ENABLE,
  [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.ENABLE,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.DISABLE,
  [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.DISABLE,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: FuseState.DISABLE,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.ENABLE,
  [FuseV1Options.WasmTrapHandlers]: FuseState.ENABLE,
};

/**
 * Lays out in `folder` what electron-builder takes from an unpacked Electron for Linux or Windows: a file where the binary
 * is, with fuses as Electron ships them, and Chromium's texts. Nothing of it can be run.
 */
export function layElectronStandIn(folder: string, electronVersion: string): void {
  const wire = Buffer.from([fuseVersion, Object.values(fuses).length, ...Object.values(fuses)]);
  mkdirSync(join(folder, 'locales'), { recursive: true });
  mkdirSync(join(folder, 'resources'), { recursive: true });
  for (const binary of ['electron', 'electron.exe']) {
    writeFileSync(join(folder, binary), Buffer.concat([Buffer.from(fuseSentinel), wire]), { mode: 0o755 });
  }
  writeFileSync(join(folder, 'version'), electronVersion);
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
  writeFileSync(join(folder, 'locales', 'nb.pak'), '');
}
