import { createHash } from 'node:crypto';
import { contentPieceLimit, type Attachment } from '#shared/contract/attachments.ts';
import { seeded } from './seeded.ts';
import type { TestVessel } from './vessel.ts';

/** Whoever takes a screen's calls: a node in this process, or a program. */
export type Called = Pick<TestVessel, 'call'>;

/** Bytes that begin as a JPEG does and compress as little as one. The same seed gives the same. */
export function photo(size: number, seed = 1): Uint8Array {
  const chance = seeded(seed);
  const bytes = Uint8Array.from({ length: size }, () => Math.floor(chance.next() * 256));
  bytes.set([0xff, 0xd8, 0xff, 0xe0].slice(0, size));
  return bytes;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hands a content over to the node, as a screen does. */
export async function handOver(vessel: Called, bytes: Uint8Array): Promise<string> {
  const sha256 = sha256Of(bytes);
  let { held, complete } = await vessel.call('attachments.begin', { sha256, size: bytes.length });
  while (!complete) {
    const data = Buffer.from(bytes.subarray(held, held + contentPieceLimit)).toString('base64');
    ({ held, complete } = await vessel.call('attachments.put', { sha256, offset: held, data }));
  }
  return sha256;
}

/** Attaches a content to a record on board: to an order, where nothing else is said. */
export async function attach(
  vessel: Called,
  recordId: string,
  bytes: Uint8Array,
  {
    fileName = 'photo.jpg',
    thumbnail,
    entity = 'work_order',
  }: { fileName?: string; thumbnail?: Uint8Array; entity?: string } = {},
): Promise<Attachment> {
  return vessel.call('attachments.add', {
    entity,
    recordId,
    fileName,
    sha256: await handOver(vessel, bytes),
    ...(thumbnail === undefined ? {} : { thumbnailSha256: await handOver(vessel, thumbnail) }),
  });
}

/** The one attachment of an order, as the screens of this computer see it. */
export async function attachmentOf(vessel: Called, recordId: string): Promise<Attachment | undefined> {
  return (await vessel.call('attachments.list', { entity: 'work_order', recordId })).items[0];
}

/** The whole content, as this computer has it. */
export async function readWhole(vessel: Called, id: string): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for (let offset = 0, size = 1; offset < size;) {
    const read = await vessel.call('attachments.read', { id, offset });
    const part = Buffer.from(read.data, 'base64');
    ({ size } = read);
    offset += part.length;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
