import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { packageCrypto } from '#link/package-crypto.ts';
import { fingerprint, keyText, newKeys, officeName, publicOf } from '#shared/file-transfer/keys.ts';
import { readHeader } from '#shared/file-transfer/seal.ts';
import type { Calls } from './calls.ts';

/** What every carrier has to keep of files that travel by hand. */
export function fileTransferConformance({ method, done, failed }: Calls): void {
  const keys = publicOf(newKeys(packageCrypto));
  const text = keyText({ of: officeName, keys }, packageCrypto);
  const digits = fingerprint(keys, packageCrypto);
  const absent = '018f4d3c-7a10-7000-8000-00000000beef';

  method('byHand.status', "shows this node's key, and that the office's is not known", async () => {
    const { own, peer, parcels } = await done('byHand.status', {});
    expect(own.fingerprint).toMatch(/^\d{5}( \d{5}){5}$/);
    expect(peer).toBeNull();
    expect(parcels).toEqual([]);
    expect(await failed('byHand.export', { partBytes: 5_000_000 })).toMatchObject({ code: 'not_allowed' });
  });

  method('byHand.readKey', 'reads a key and takes nothing over', async () => {
    expect(await done('byHand.readKey', { text })).toEqual({
      of: officeName,
      fingerprint: digits,
      standing: 'first',
    });
    expect(await failed('byHand.readKey', { text: text.slice(1) })).toMatchObject({ code: 'invalid_input' });
    expect((await done('byHand.status', {})).peer).toBeNull();
  });

  method('byHand.trust', 'takes over a key that was compared', async () => {
    expect(await failed('byHand.trust', { text, fingerprint: '00000' })).toMatchObject({
      code: 'not_allowed',
    });
    expect((await done('byHand.trust', { text, fingerprint: digits })).peer).toMatchObject({ how: 'hand' });
  });

  method(
    'byHand.export',
    'makes a file of all that waits, in parts of a size that may be asked for',
    async () => {
      expect(await failed('byHand.export', { partBytes: 1 })).toMatchObject({ code: 'invalid_input' });
      const { depth } = (await done('sync.status', {})).queue;
      const { made } = await done('byHand.export', { partBytes: 5_000_000 });
      expect(made).toMatchObject({ way: 'made', changes: depth, of: 1 });
    },
  );

  method('byHand.content', 'gives a part piece by piece', async () => {
    const { parcels } = await done('byHand.status', {});
    const parcel = parcels[0]?.parcel ?? '';
    const { content, last } = await done('byHand.content', { parcel, part: 1, piece: 0 });
    expect(last).toBe(true);
    expect(readHeader(Buffer.from(content, 'base64')).header).toMatchObject({ parcel, vessel: 'MV-AURORA' });
    expect(await failed('byHand.content', { parcel: absent, part: 1, piece: 0 })).toMatchObject({
      code: 'not_found',
    });
  });

  method('byHand.upload', 'takes the pieces of a file in order', async () => {
    const upload = randomUUID();
    const content = Buffer.from('12345').toString('base64');
    expect(await done('byHand.upload', { upload, piece: 0, content })).toEqual({ bytes: 5 });
    expect(await done('byHand.upload', { upload, piece: 1, content })).toEqual({ bytes: 10 });
    expect(await failed('byHand.upload', { upload, piece: 3, content })).toMatchObject({ code: 'stale' });
    expect(await failed('byHand.upload', { upload, piece: 0, content: '%' })).toMatchObject({
      code: 'invalid_input',
    });
  });

  method('byHand.import', 'refuses what is no file of ours, in words, and shows a key', async () => {
    const sent = async (bytes: string): Promise<string> => {
      const upload = randomUUID();
      await done('byHand.upload', { upload, piece: 0, content: Buffer.from(bytes).toString('base64') });
      return upload;
    };
    expect(await failed('byHand.import', { upload: await sent('Dear captain') })).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('Nothing was taken in'),
    });
    expect(await failed('byHand.import', { upload: absent })).toMatchObject({ code: 'not_found' });
    expect(await done('byHand.import', { upload: await sent(text) })).toMatchObject({
      outcome: 'key',
      key: { fingerprint: digits },
    });
  });
}
