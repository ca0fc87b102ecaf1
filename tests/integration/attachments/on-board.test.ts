import fs, { existsSync, mkdirSync, readdirSync, symlinkSync, truncateSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { contentPieceLimit } from '#shared/contract/attachments.ts';
import { attach, attachmentOf, handOver, photo, readWhole, sha256Of } from '#support/attachments.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';

let vessel: TestVessel;
let order: string;
beforeEach(async () => {
  vessel = openTestVessel();
  order = (await vessel.call('workOrders.create', { title: 'Leak' })).id;
});
afterEach(async () => {
  emptyDisk();
  await vessel.node.close();
});

const writeAsUsual: (file: number, data: Uint8Array, from: number, length: number) => number = fs.writeSync;

/** Lets one write put so many bytes on the disk and every later one find no room. SQLite's own do not pass through Node. */
function fillDiskAfter(bytes: number): void {
  vi.spyOn(fs, 'writeSync')
    .mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    })
    .mockImplementationOnce((file, data) => writeAsUsual(file, data as unknown as Uint8Array, 0, bytes));
  syncBuiltinESMExports();
}

function emptyDisk(): void {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
}

const filesIn = ({ directory }: TestVessel): string[] => {
  const folder = join(directory, 'attachments');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
};

const text = (words: string): Uint8Array => Buffer.from(words);

describe('a file that is handed over', () => {
  test('is attached under its own name, is what its content says, and can be read whole', async () => {
    const bytes = photo(1_300_000);
    const added = await attach(vessel, order, bytes, { fileName: 'Crack.pdf', thumbnail: photo(3_000, 2) });
    expect(added).toMatchObject({
      fileName: 'Crack.pdf',
      mediaType: 'image/jpeg',
      size: 1_300_000,
      hasThumbnail: true,
      addedBy: 'Bridge PC',
      content: { state: 'local', arrived: 0 },
      sync: 'local',
    });
    expect(Buffer.compare(await readWhole(vessel, added.id), bytes)).toBe(0);
    expect(filesIn(vessel)).toEqual([sha256Of(bytes), sha256Of(photo(3_000, 2))].sort());
  });

  test('goes on from what is on the disk when screen and node were closed in between', async () => {
    const bytes = photo(contentPieceLimit + 1_000);
    const sha256 = sha256Of(bytes);
    await vessel.call('attachments.begin', { sha256, size: bytes.length });
    const data = Buffer.from(bytes.subarray(0, contentPieceLimit)).toString('base64');
    await vessel.call('attachments.put', { sha256, offset: 0, data });
    await vessel.node.close();
    vessel = openTestVessel({ directory: vessel.directory });
    const begun = await vessel.call('attachments.begin', { sha256, size: bytes.length });
    expect(begun).toEqual({ held: contentPieceLimit, complete: false });
    await attach(vessel, order, bytes);
    expect(
      Buffer.compare(await readWhole(vessel, (await attachmentOf(vessel, order))?.id ?? ''), bytes),
    ).toBe(0);
  });

  test('counts from the moment it has its name, even if the node ended before it noted that', async () => {
    const bytes = photo(2_000);
    const sha256 = await handOver(vessel, bytes);
    await vessel.node.close();
    const { default: Sqlite } = await import('better-sqlite3');
    const database = new Sqlite(join(vessel.directory, 'arus.db'));
    database.prepare('UPDATE content SET complete = 0').run();
    database.close();
    vessel = openTestVessel({ directory: vessel.directory });
    expect((await attach(vessel, order, bytes)).sha256).toBe(sha256);
  });

  test('that changed on the way is dropped, and said so', async () => {
    const sha256 = sha256Of(photo(2_000));
    await vessel.call('attachments.begin', { sha256, size: 2_000 });
    const data = Buffer.from(photo(2_000, 9)).toString('base64');
    const error = await vessel.refusal('attachments.put', { sha256, offset: 0, data });
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(/damaged/) });
    expect(filesIn(vessel)).toEqual([]);
    expect(await vessel.call('attachments.begin', { sha256, size: 2_000 })).toEqual({
      held: 0,
      complete: false,
    });
  });

  test.each([
    ['photo.jpg', text('<svg xmlns="http://www.w3.org/2000/svg"/>'), /markup/],
    ['report.txt', text('<!doctype html><script>alert(1)</script>'), /markup/],
    ['readme.txt', text('#!/bin/sh\necho'), /Programs/],
    ['photo.jpg', Buffer.from('4d5a900003000000', 'hex'), /JPEG, PNG or WebP/],
  ])('called %s is refused when its content is none that is attached', async (fileName, bytes, words) => {
    const sha256 = await handOver(vessel, bytes);
    const error = await vessel.refusal('attachments.add', {
      entity: 'work_order',
      recordId: order,
      fileName,
      sha256,
    });
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(words) });
    expect(filesIn(vessel)).toEqual([]);
    expect(await attachmentOf(vessel, order)).toBeUndefined();
  });

  test('may not be larger than the ship allows, which says how large that is', async () => {
    await vessel.call('attachments.setPolicy', { limit: 100_000 });
    const error = await vessel.refusal('attachments.begin', { sha256: sha256Of(photo(1)), size: 100_001 });
    expect(error).toMatchObject({
      code: 'too_large',
      message: expect.stringMatching(/100 kB.*Nothing was stored/),
    });
    await vessel.node.close();
    vessel = openTestVessel({ directory: vessel.directory });
    expect(await vessel.call('attachments.policy', {})).toMatchObject({ limit: 100_000, longestEdge: 1_600 });
  });

  test('on a full disk is refused in words, and nothing of it stays', async () => {
    const sha256 = sha256Of(photo(5_000));
    await vessel.call('attachments.begin', { sha256, size: 5_000 });
    const data = Buffer.from(photo(5_000)).toString('base64');
    fillDiskAfter(2_000);
    const error = await vessel.refusal('attachments.put', { sha256, offset: 0, data });
    emptyDisk();
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/disk .* full/) });
    expect(filesIn(vessel)).toEqual([]);
    expect((await attach(vessel, order, photo(5_000))).size).toBe(5_000);
  });

  test('is not written through a link that lies in its place, and goes on without it', async () => {
    const sha256 = sha256Of(photo(5_000));
    const elsewhere = join(vessel.directory, 'elsewhere');
    mkdirSync(join(vessel.directory, 'attachments'));
    symlinkSync(elsewhere, join(vessel.directory, 'attachments', `${sha256}.part`));
    await vessel.call('attachments.begin', { sha256, size: 5_000 });
    const data = Buffer.from(photo(5_000)).toString('base64');
    await vessel.refusal('attachments.put', { sha256, offset: 0, data });
    expect([filesIn(vessel), existsSync(elsewhere)]).toEqual([[], false]);
    expect((await attach(vessel, order, photo(5_000))).size).toBe(5_000);
  });

  test.each([
    ['../../etc/passwd', /file name/],
    ['C:\\photo.jpg', /file name/],
    ['..', /name is needed/],
    ['a\u0000b', /cannot be stored|file name/],
  ])('may not be called %j', async (fileName, words) => {
    const sha256 = await handOver(vessel, photo(100));
    const error = await vessel.refusal('attachments.add', {
      entity: 'work_order',
      recordId: order,
      fileName,
      sha256,
    });
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringMatching(words) });
  });

  test('cannot be attached half, to no order, or with a thumbnail that is none', async () => {
    const sha256 = sha256Of(photo(10));
    const add = { entity: 'work_order', recordId: order, fileName: 'a', sha256 };
    await vessel.call('attachments.begin', { sha256, size: 10 });
    expect(await vessel.refusal('attachments.add', add)).toMatchObject({
      message: expect.stringMatching(/completely/),
    });
    await handOver(vessel, photo(10));
    const nowhere = '0190a5b0-0000-7000-8000-000000000001';
    expect((await vessel.refusal('attachments.add', { ...add, recordId: nowhere })).code).toBe(
      'invalid_input',
    );
    const thumbnailSha256 = await handOver(vessel, text('%PDF-1.4'));
    expect(await vessel.refusal('attachments.add', { ...add, thumbnailSha256 })).toMatchObject({
      message: expect.stringMatching(/A thumbnail is a JPEG/),
    });
    expect(await attachmentOf(vessel, order)).toBeUndefined();
  });
});

describe('a content that nobody needs', () => {
  test('can be had back for a day after its attachment was deleted, and is then let go', async () => {
    const environment = virtualEnvironment(silentLog, { seed: 1, now: Date.UTC(2026, 2, 1) });
    const ship = openTestVessel({ environment });
    const { id: workOrderId } = await ship.call('workOrders.create', { title: 'Leak' });
    const first = await attach(ship, workOrderId, photo(900));
    await ship.call('attachments.delete', { id: first.id });
    expect(await attachmentOf(ship, workOrderId)).toBeUndefined();
    const again = await ship.call('attachments.restore', { id: first.id });
    expect(again).toMatchObject({ fileName: 'photo.jpg', size: 900 });
    expect(again.id).not.toBe(first.id);
    await ship.call('attachments.delete', { id: again.id });
    const kept = filesIn(ship);
    environment.advance(23 * 3_600_000);
    expect([kept.length, filesIn(ship)]).toEqual([1, kept]);
    environment.advance(8 * 3_600_000);
    expect(filesIn(ship)).toEqual([]);
    expect((await ship.refusal('attachments.restore', { id: first.id })).code).toBe('not_found');
    await ship.node.close();
  });

  test('stays while another order has it', async () => {
    const environment = virtualEnvironment(silentLog, { seed: 1, now: Date.UTC(2026, 2, 1) });
    const ship = openTestVessel({ environment });
    const ids = await Promise.all(['A', 'B'].map((title) => ship.call('workOrders.create', { title })));
    const [one, other] = [
      await attach(ship, ids[0]?.id ?? '', photo(900)),
      await attach(ship, ids[1]?.id ?? '', photo(900)),
    ];
    await ship.call('attachments.delete', { id: one.id });
    environment.advance(72 * 3_600_000);
    expect((await readWhole(ship, other.id)).length).toBe(900);
    await ship.node.close();
  });

  test('whose file is gone is noticed at the next start, and not said to be here', async () => {
    const added = await attach(vessel, order, photo(900));
    await vessel.node.close();
    const { rmSync } = await import('node:fs');
    rmSync(join(vessel.directory, 'attachments', added.sha256));
    vessel = openTestVessel({ directory: vessel.directory });
    expect((await vessel.refusal('attachments.read', { id: added.id })).code).toBe('not_found');
    expect((await attachmentOf(vessel, order))?.content.state).toBe('fetching');
    expect((await attach(vessel, order, photo(900))).content.state).toBe('local');
  });
});

test('a picture that is none any more is not handed to a screen as one', async () => {
  const added = await attach(vessel, order, photo(900));
  truncateSync(join(vessel.directory, 'attachments', added.sha256), 0);
  expect((await vessel.refusal('attachments.read', { id: added.id })).code).toBe('not_allowed');
});
