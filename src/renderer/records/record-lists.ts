import { specOf } from '#shared/records/catalogue.ts';
import type { ListAddresses } from '../lib/app-services/list-address.ts';
import type { Clock } from '../lib/clock.ts';
import { type RecordList, createRecordList } from './list/record-list.ts';
import type { RecordPort } from './port.ts';

/** The lists of a site, each made when it is first looked at and kept from then on, with its place and what narrows it. */
export function createRecordLists(
  port: RecordPort,
  { clock, addresses }: { clock: Clock; addresses: ListAddresses },
): (entity: string) => RecordList {
  const lists = new Map<string, RecordList>();
  return (entity) => {
    const known = lists.get(entity);
    if (known !== undefined) return known;
    const spec = specOf(entity);
    if (spec === undefined) throw new Error(`No kind of record is called '${entity}'`);
    const list = createRecordList(spec, port, { clock, addresses });
    lists.set(entity, list);
    return list;
  };
}
