import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { office, TwoEnds, vesselId } from './two-ends.ts';

describe('a file of another ship under the same id', () => {
  let ends: TwoEnds;
  beforeEach(async () => {
    ends = await TwoEnds.start();
  });
  afterEach(() => ends.close());

  const titles = async (): Promise<string[]> =>
    (await ends.shore.service.workOrders.list({})).items.map(({ title }) => title).toSorted();

  const taken = async () => ends.toShore(...(await ends.fromShip()));

  test('is refused in words before anything of it is taken, until somebody says that it is this ship', async () => {
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'Of Aurora' });
    await ends.roundTrip();
    await ends.ship.node.close();

    ends.ship = ends.openShip({ options: { vesselName: 'M/V Borealis' } });
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'Of Borealis' });
    const refused: unknown = await taken().catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'not_allowed' });
    expect(String(refused)).toMatch(/This file is of 'M\/V Borealis', and the office knows mv-aurora as/);
    expect(await titles()).toEqual(['Of Aurora']);
    const [vessel] = await ends.shore.service.vessels();
    expect(vessel?.claims).toMatchObject([{ name: 'M/V Borealis', state: 'waiting' }]);

    const origin = vessel?.claims[0]?.origin ?? '';
    await ends.shore.service.decideClaim(vesselId, origin, 'refused', office);
    expect(String(await taken().catch((thrown: unknown) => thrown))).toMatch(/another ship than mv-aurora/);
    await ends.shore.service.decideClaim(vesselId, origin, 'accepted', office);
    await taken();
    expect(await titles()).toEqual(['Of Aurora', 'Of Borealis']);
  });
});
