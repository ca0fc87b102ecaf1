import { expect, test } from 'vitest';
import { proposeVesselId } from '#shared/installation/propose-vessel-id.ts';
import { vesselId } from '#shared/sync/topics.ts';

test.each([
  ['MV Polaris', 'polaris'],
  ['M/V Stella Maris', 'stella-maris'],
  ['  mt  Nordic   Star ', 'nordic-star'],
  ['Queen’s Pride II', 'queens-pride-ii'],
  ['Ærø Færgen', 'aero-faergen'],
  ['Łódź Express', 'lodz-express'],
  ['Übersee 7', 'ubersee-7'],
  ['MV A', 'mv-a'],
  ['Shore', ''],
  ['MV Shore', 'mv-shore'],
  ['中远海运', ''],
  ['-- --', ''],
  ['', ''],
])('the id proposed for %j is %j', (name, id) => {
  expect(proposeVesselId(name)).toBe(id);
});

test('whatever a ship is called, the id is one that topics carry, or none', () => {
  for (const name of [
    'x'.repeat(200),
    'MV ' + 'long name '.repeat(20),
    '…/#+$',
    'a'.repeat(39) + ' b',
    '0',
    '٣٤',
  ])
    expect(['', proposeVesselId(name)].some((id) => id === '' || vesselId.safeParse(id).success)).toBe(true);
});
