import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageCrypto } from '#link/package-crypto.ts';
import { magic } from '#shared/file-transfer/header.ts';
import { newKeys } from '#shared/file-transfer/keys.ts';
import { readHeader } from '#shared/file-transfer/seal.ts';
import { seeded } from '#support/seeded.ts';
import { TwoEnds, uploaded, vesselId } from './two-ends.ts';

const headerLengthAt = magic.length + 1;
const headerAt = headerLengthAt + 4;

describe('a file that is not to be believed', () => {
  let ends: TwoEnds;
  let file: Uint8Array;
  beforeAll(async () => {
    ends = await TwoEnds.start();
    await ends.exchangeKeys();
    for (let index = 0; index < 40; index += 1)
      await ends.ship.call('workOrders.create', {
        title: `Order ${index}`,
        description: 'Open up and clean.',
      });
    const [made] = await ends.fromShip();
    file = Uint8Array.from(made ?? []);
  });
  afterAll(() => ends.close());

  const nothingAshore = async (): Promise<void> => {
    const [vessel] = await ends.shore.service.vessels();
    expect(vessel?.changesHeld).toBe(0);
    const { parcels } = await ends.shore.fileTransfer.status(vesselId);
    expect(parcels.filter(({ way }) => way === 'taken')).toEqual([]);
  };
  const refused = async (given: Uint8Array): Promise<string> => {
    const error: unknown = await ends.shore.fileTransfer.import(vesselId, given).then(
      (result) => new Error(`taken: ${result.outcome}`),
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'invalid_input' });
    return error instanceof Error ? error.message : '';
  };
  const withHeader = (change: (header: Record<string, unknown>) => void): Uint8Array => {
    const { bodyAt } = readHeader(file);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(headerAt, bodyAt))) as Record<
      string,
      unknown
    >;
    change(header);
    const text = new TextEncoder().encode(JSON.stringify(header));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, text.length, true);
    return Buffer.concat([file.subarray(0, headerLengthAt), length, text, file.subarray(bodyAt)]);
  };

  test('any field of its header altered: refused, nothing stored', async () => {
    const { header } = readHeader(file);
    const other: Record<keyof typeof header, unknown> = {
      vessel: 'mv-other',
      direction: 'down',
      by: 'Somebody',
      program: '9.9.9',
      madeAt: header.madeAt + 1,
      parcel: '019a0000-0000-7000-8000-000000000000',
      part: 2,
      of: 3,
      changes: header.changes + 1,
      total: header.total + 1,
      ranges: { vaaaaaaaaaa: [1, 2] },
      answers: ['019a0000-0000-7000-8000-000000000000'],
      sender: '0'.repeat(16),
      receiver: '0'.repeat(16),
      ephemeral: '09'.repeat(32),
      body: header.body - 1,
    };
    for (const [name, value] of Object.entries(other)) {
      const message = await refused(withHeader((altered) => void (altered[name] = value)));
      expect(message, name).toMatch(/Nothing was taken in/);
    }
    await nothingAshore();
  });

  test('any byte turned over, of the frame, the header, the body and the signature: refused, nothing stored', async () => {
    const chance = seeded(7);
    const { bodyAt } = readHeader(file);
    const places = [
      ...Array.from({ length: headerAt }, (_, index) => index),
      ...Array.from({ length: 60 }, () => chance.between(headerAt, bodyAt - 1)),
      ...Array.from({ length: 120 }, () => chance.between(bodyAt, file.length - 65)),
      ...Array.from({ length: 64 }, (_, index) => file.length - 1 - index),
    ];
    for (const place of places) {
      const altered = file.slice();
      altered[place] = (altered[place] ?? 0) ^ (1 << chance.between(0, 7));
      expect(await refused(altered), `byte ${place}`).toMatch(/Nothing was taken in/);
    }
    await nothingAshore();
  });

  test('cut short anywhere, or with something behind it: refused, and said so', async () => {
    for (const length of [0, 5, 9, 12, 40, 700, file.length - 65, file.length - 1])
      expect(await refused(file.subarray(0, length))).toMatch(
        length < 8 ? /not a file that ARUS made/ : /cut short/,
      );
    expect(await refused(Buffer.concat([file, Uint8Array.of(0)]))).toMatch(/damaged or somebody altered it/);
    await nothingAshore();
  });

  test('of another layout: the person is told to update', async () => {
    const newer = file.slice();
    newer[magic.length] = 2;
    expect(await refused(newer)).toMatch(/layout 2 and this program knows layout 1.*Update ARUS/);
  });

  test('for another ship, or the wrong way round: the person is told whose it is', async () => {
    await ends.exchangeKeys();
    const stranger = ends.openShip({ vesselId: 'mv-nordlys' });
    try {
      const { own } = await stranger.call('byHand.status', {});
      await ends.shore.fileTransfer.trust('mv-nordlys', own.text, own.fingerprint);
      const error: unknown = await ends.shore.fileTransfer
        .import('mv-nordlys', file)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        message: expect.stringMatching(/about mv-aurora, and this is mv-nordlys/),
      });
    } finally {
      await stranger.node.close();
    }
    const onBoard = await ends.ship.refusal('byHand.import', { upload: await uploaded(ends.ship, file) });
    expect(onBoard.message).toMatch(/made on board for the office\. It is imported ashore/);
    expect(onBoard.code).toBe('invalid_input');
  });

  test('signed by a computer whose key nobody has taken over: refused until a person has', async () => {
    const other = ends.openShip({ options: { device: 'Engine PC' } });
    try {
      await other.call('byHand.trust', await ends.shore.fileTransfer.ownKey());
      await other.call('workOrders.create', { title: 'Of another computer' });
      const [made = new Uint8Array()] = await ends.fromShip(5_000_000, other);
      expect(await refused(made)).toMatch(/not signed with the key that is known/);
      await nothingAshore();
      const { own } = await other.call('byHand.status', {});
      await ends.shore.fileTransfer.trust(vesselId, own.text, own.fingerprint);
      expect((await ends.toShore(made))[0]).toMatchObject({ outcome: 'taken', fresh: 1 });
    } finally {
      await other.node.close();
    }
    expect(await refused(file)).toMatch(/not signed with the key/);
  });

  test('a fingerprint that is not that of the key takes nothing over', async () => {
    const { own } = await ends.ship.call('byHand.status', {});
    const error: unknown = await ends.shore.fileTransfer
      .trust(vesselId, own.text, '00000 00000 00000 00000 00000 00000')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'not_allowed' });
    const damagedText = own.text.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const damaged: unknown = await ends.shore.fileTransfer
      .trust(vesselId, damagedText, own.fingerprint)
      .catch((thrown: unknown) => thrown);
    expect(damaged).toMatchObject({ code: 'invalid_input' });
    expect(newKeys(packageCrypto).signing.publicKey).toHaveLength(32);
  });
});
