import type { FileTransferStatus, PackageLine } from '#shared/file-transfer/state.ts';
import type { Pose } from './pose.ts';

const day = 86_400_000;
const before = (days: number): string => new Date(Date.now() - days * day).toISOString();

const parcel = (
  facts: Partial<PackageLine> & Pick<PackageLine, 'parcel' | 'way' | 'madeAt'>,
): PackageLine => ({
  by: 'Bridge PC',
  of: 1,
  changes: 180,
  answeredAt: null,
  missing: [],
  parts: [],
  ...facts,
});
const part = (number: number, bytes: number, kept: boolean): PackageLine['parts'][number] => ({
  part: number,
  state: kept ? 'made' : 'taken',
  changes: 60,
  bytes,
  name: `arus-part-${number}.arus`,
  kept,
});

const known: Partial<FileTransferStatus> = {
  peer: { of: 'shore', fingerprint: '40718 22913 90554 17620 33481 05927', how: 'link', at: before(40) },
  waiting: { changes: 212, inFile: { changes: 180, madeAt: before(2) } },
  parcels: [
    parcel({
      parcel: 'a',
      way: 'made',
      madeAt: before(2),
      of: 3,
      parts: [part(1, 998_000, true), part(2, 997_000, true), part(3, 412_000, true)],
    }),
    parcel({ parcel: 'b', way: 'taken', madeAt: before(3), of: 3, changes: 64, missing: [2], parts: [] }),
    parcel({ parcel: 'c', way: 'made', madeAt: before(12), changes: 96, answeredAt: before(9) }),
    parcel({ parcel: 'd', way: 'taken', madeAt: before(9), changes: 12, parts: [part(1, 8_000, false)] }),
  ],
};

/** Some weeks of files, one part of which has not come. */
export const carried: Pose = { 'byHand.status': (real) => ({ ...real, ...known }) };

/** The office shows another key than the one that is known. */
export const otherKey: Pose = {
  'byHand.status': (real) => ({
    ...real,
    ...known,
    offered: {
      of: 'shore',
      fingerprint: '77120 41853 00916 55207 63389 91044',
      how: 'link',
      at: before(1),
      text: real.own.text,
    },
  }),
};
