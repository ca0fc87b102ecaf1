import { cpSync } from 'node:fs';
import { linkCodec } from '#link/link-codec.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { fingerprint, keyText, newKeys, officeName, publicOf } from '#shared/file-transfer/keys.ts';
import { linkProfiles } from '#support/link/profiles.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel } from '#support/vessel.ts';
import { figure, type Figure } from '../figure.ts';
import { drain } from './drain.ts';
import { vesselId, type Stage } from './stage.ts';

/** Bytes of a file with three weeks of changes, beside what the same changes take over the link. */
export async function measureFileTransfer(stage: Stage): Promise<Figure[]> {
  const count = stage.changes.length;
  const run = await drain({ stage, profile: linkProfiles.leo, withinSeconds: 120 });
  const copy = await stage.copy();
  const directory = temporaryDirectory('bench-by-hand');
  cpSync(copy.directory, directory, { recursive: true });
  await copy.remove();
  const ship = openTestVessel({
    codec: linkCodec,
    directory,
    vesselId,
    environment: systemEnvironment(silentLog),
    byHand: true,
  });
  try {
    const keys = publicOf(newKeys(packageCrypto));
    await ship.call('byHand.trust', {
      text: keyText({ of: officeName, keys }, packageCrypto),
      fingerprint: fingerprint(keys, packageCrypto),
    });
    const began = performance.now();
    const { made } = await ship.call('byHand.export', { partBytes: 10_000_000 });
    const seconds = (performance.now() - began) / 1_000;
    if (made === null || made.changes !== count) throw new Error(`The file has ${made?.changes} of ${count}`);
    const bytes = made.parts.reduce((sum, part) => sum + part.bytes, 0);
    return [
      figure('by hand: changes', count, ''),
      figure('by hand: bytes of the file', bytes, 'B'),
      figure('by hand: bytes of the file, a change', bytes / count, 'B'),
      figure('by hand: bytes up over MQTT', run.bytesUp, 'B'),
      figure('by hand: the file against MQTT', bytes / run.bytesUp, '', { most: 1.05 }),
      figure('by hand: seconds to make the file', seconds, 's'),
    ];
  } finally {
    await ship.node.close();
    removeDirectory(directory);
  }
}
