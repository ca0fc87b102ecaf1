import { BaseReader, type BaseHead } from '#vessel/store/records/base.ts';
import type { Ship } from '../world/ship.ts';
import type { ShipDisk } from '../world/ship-disk.ts';

const readers = new WeakMap<ShipDisk, BaseReader>();

/** Where the journals on a ship's disk begin, of which a snapshot told. */
export function baseHeadsOf({ disk }: Ship): BaseHead[] {
  let reader = readers.get(disk);
  if (reader === undefined) {
    reader = new BaseReader(disk.outside);
    readers.set(disk, reader);
  }
  return reader.heads();
}
