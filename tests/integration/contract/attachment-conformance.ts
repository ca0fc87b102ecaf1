import { expect } from 'vitest';
import { contentPieceLimit } from '#shared/contract/attachments.ts';
import { photo, sha256Of } from '#support/attachments.ts';
import type { Calls } from './calls.ts';

/** What every carrier has to keep of attachments. */
export function attachmentConformance({ method, done }: Pick<Calls, 'method' | 'done'>): void {
  method('attachments.policy', 'says how large files may be', async () => {
    expect(await done('attachments.policy', {})).toMatchObject({ longestEdge: 1_600 });
  });

  method('attachments.setPolicy', 'keeps what was left out', async () => {
    const policy = await done('attachments.setPolicy', { quality: 0.7 });
    expect(policy).toMatchObject({ quality: 0.7, longestEdge: 1_600 });
  });

  const attached = async () => {
    const bytes = photo(contentPieceLimit + 70_000);
    const content = { sha256: sha256Of(bytes), size: bytes.length };
    let { held, complete } = await done('attachments.begin', content);
    while (!complete) {
      const data = Buffer.from(bytes.subarray(held, held + contentPieceLimit)).toString('base64');
      ({ held, complete } = await done('attachments.put', {
        sha256: content.sha256,
        offset: held,
        data,
      }));
    }
    const { id: recordId } = await done('workOrders.create', { title: 'Leak' });
    const subject = { entity: 'work_order', recordId };
    const added = await done('attachments.add', {
      ...subject,
      fileName: 'leak.jpg',
      sha256: content.sha256,
    });
    return { bytes, added, subject };
  };

  for (const name of ['begin', 'put', 'add', 'read', 'list'] as const)
    method(`attachments.${name}`, 'carries a photo there and back', async () => {
      const { bytes, added, subject } = await attached();
      expect((await done('attachments.list', subject)).items).toEqual([added]);
      const parts = [0, contentPieceLimit].map((offset) =>
        done('attachments.read', { id: added.id, offset }),
      );
      const read = (await Promise.all(parts)).map(({ data }) => Buffer.from(data, 'base64'));
      expect(Buffer.compare(Buffer.concat(read), bytes)).toBe(0);
    });

  for (const name of ['delete', 'restore', 'fetch'] as const)
    method(`attachments.${name}`, 'takes it away and brings it back', async () => {
      const { added, subject } = await attached();
      expect(await done('attachments.fetch', { id: added.id })).toEqual(added);
      expect(await done('attachments.delete', { id: added.id })).toEqual({ id: added.id });
      expect((await done('attachments.list', subject)).items).toEqual([]);
      const again = await done('attachments.restore', { id: added.id });
      expect(again).toMatchObject({ fileName: 'leak.jpg', sha256: added.sha256 });
    });
}
