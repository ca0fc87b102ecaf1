import type { Scalar } from '#shared/json.ts';
import { typeOfVersion } from '#support/records-versions.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { type WorkOrderFields } from '#shared/records/work-order.ts';
import { workOrderStatuses } from '#shared/records/work-order-status.ts';
import type { RecordUnit as OfficeUnit } from '#shore/record-and-publish.ts';
import type { RecordUnit as ShipUnit } from '#vessel/store/record-and-publish.ts';
import type { Values } from '#vessel/store/records/record-table.ts';
import type { Dice } from './dice.ts';
import type { Office } from './office.ts';
import { editOf, newValuesOf, otherKinds } from './other-kinds.ts';
import type { Deed } from './profile.ts';
import type { Ship } from './ship.ts';
import { newest, type RecordsVersion } from './programs.ts';
import { ShipDisk } from './ship-disk.ts';
import type { World } from './world.ts';

const year = 365 * 86_400_000;
const people = ['A. Rossi', 'M. Santos', 'J. Berg'];

/** Does one thing that people do, or that goes wrong, at the moment at which it is called. */
export function doDeed(world: World, deed: Deed): void {
  const { dice, timeline, network } = world;
  const ship = dice.pick(world.ships);
  const office = dice.pick(world.offices);
  const note = (what: string): void => timeline.trace.add(timeline.now, 'world', what, 0);
  switch (deed) {
    case 'write':
      if (dice.chance(world.profile.ashore)) writeAshore(world, ship, office);
      else writeOnBoard(world, ship, dice.weighted([[6, 1] as const, [3, 2] as const, [1, 5] as const]));
      break;
    case 'bulkWrite':
      for (let count = dice.between(5, 30); count > 0; count -= 1) writeOnBoard(world, ship, 1);
      break;
    case 'ask':
      ask(world, ship);
      break;
    case 'killShip':
      ship.kill();
      break;
    case 'killShipAtBoundary':
      ship.life?.killAtBoundary(dice.between(1, 40));
      break;
    case 'killGateway':
      office.kill();
      break;
    case 'killGatewayAtBoundary':
      office.life?.killAtBoundary(dice.between(1, 60));
      break;
    case 'cut':
    case 'blackHole': {
      const path = dice.chance(0.85) ? ship.path : office.path;
      note(deed === 'cut' ? 'cuts a line' : 'makes a black hole');
      network.cut(path, deed === 'cut');
      timeline.after(dice.pick([500, 5_000, 50_000]), null, () => network.mend(path));
      break;
    }
    case 'killBroker':
      network.crash(dice.chance(0.5));
      timeline.after(dice.pick([100, 5_000, 50_000]), null, () => network.restart());
      break;
    case 'databaseAway':
      note('takes the database away');
      world.databaseWeather = { ...world.databaseWeather, away: true };
      timeline.after(dice.pick([100, 5_000, 50_000]), null, () => {
        world.databaseWeather = { ...world.databaseWeather, away: false };
      });
      break;
    case 'diskFull':
      note('fills the disk');
      ship.full = true;
      ship.disk.limit(dice.below(4));
      timeline.after(dice.pick([500, 5_000, 50_000]), null, () => {
        ship.full = false;
        ship.disk.limit(null);
      });
      break;
    case 'clockJump': {
      const clock = dice.chance(0.7) ? ship.clock : world.officeClock;
      const jump = dice.pick([-10 * year, 10 * year, -year, year, -3_600_000, 3_600_000]);
      timeline.trace.add(timeline.now, 'world', 'sets a clock', jump / 1_000);
      clock.offset = Math.max(0, clock.offset + jump);
      break;
    }
    case 'newComputer':
      note('loses a computer');
      ship.replaceDisk(ShipDisk.empty(!world.profile.ownDisk));
      // A computer out of a cupboard may have an older program.
      if (world.profile.skew !== null) ship.records = dice.pick([1, newest]);
      break;
    case 'backUp':
      note('makes copies');
      world.backUp();
      break;
    case 'restoreShip':
      if (ship.backup === null) break;
      note('restores a ship');
      ship.replaceDisk(ShipDisk.from(ship.backup));
      break;
    case 'cloneShip':
      note('copies a disk');
      world.cloneShip(ship);
      break;
    case 'restoreShore':
      note('restores shore');
      world.restoreShore();
      break;
    case 'emptyShore':
      note('empties shore');
      world.emptyShore();
      break;
    case 'updateShip':
      world.update(ship);
      break;
    case 'updateOffice':
      world.update(office);
      break;
    case 'sendNow':
      ship.ask('sync.sendNow', {});
      break;
  }
}

/** The same ids for a ship on either side: people work on the same few records. */
export function idOf(ship: Ship, index: number): string {
  return `0190a5b0-0000-7000-8000-${ship.vesselId.slice(-1).padStart(4, '0')}${String(index).padStart(8, '0')}`;
}

/** Of each kind but orders there is one. */
const otherRecords = (ship: Ship): (RecordOnBoard & { of: RecordDeclaration })[] =>
  otherKinds.map((of, index) => ({ entity: of.entity, id: idOf(ship, 90 + index), of }));

const referredTo = (ship: Ship): string => idOf(ship, 90);

export function newOrder(dice: Dice, at: number, urgent: boolean): WorkOrderFields & Record<string, Scalar> {
  return {
    number: `WO-2026-${String(dice.between(1, 499_999)).padStart(6, '0')}`,
    title: 'Renew gasket',
    description: '',
    equipmentId: null,
    type: 'corrective',
    priority: urgent ? 'critical' : 'normal',
    status: 'open',
    dueDate: null,
    assigneeId: null,
    estimatedHours: null,
    actualHours: null,
    notes: '',
    completedAt: null,
    completedBy: null,
    createdAt: new Date(at).toISOString(),
    createdBy: 'A. Rossi',
  };
}

/** What somebody sets: one to three fields, each to one of few values, so that people disagree and agree. */
function edits(
  dice: Dice,
  urgentShare: number,
  before: Readonly<Record<string, Scalar>>,
): Record<string, Scalar> {
  const set: Record<string, Scalar> = {};
  for (let count = dice.between(1, 3); count > 0; count -= 1)
    switch (dice.below(6)) {
      case 0:
        set['title'] = `Title ${dice.below(4)}`;
        break;
      case 1:
        set['status'] = dice.pick(workOrderStatuses);
        break;
      case 2:
        set['actualHours'] = dice.chance(0.1) ? null : dice.below(20);
        break;
      case 3:
        set['notes'] = `${String(before['notes'] ?? '')}Line ${dice.below(50)}\n`.slice(-400);
        break;
      case 4:
        set['dueDate'] = dice.chance(0.3) ? null : `2026-0${dice.between(1, 9)}-1${dice.below(10)}`;
        break;
      default:
        set['priority'] = dice.chance(urgentShare) ? 'critical' : dice.pick(['normal', 'low']);
    }
  return set;
}

/** A newer program's people also choose what older ones have never heard of. */
function choosesWhatIsNew({ dice, profile }: World, records: RecordsVersion): boolean {
  return profile.skew !== null && records === newest && dice.chance(0.4);
}

/** A record that is new is written as the services write it where it is all that is written, and within a unit where not. */
function writeOnBoard(world: World, ship: Ship, changes: number): void {
  const { dice } = world;
  const person = dice.pick(people);
  if (ship.store === null) return;
  if (changes > 1) {
    ship.write(person, (unit) => {
      for (let count = 0; count < changes; count += 1) change(world, ship, unit, recordOf(world, ship));
    });
    return;
  }
  const record = recordOf(world, ship);
  const { entity, id } = record;
  if (ship.store.table(entity).get(id) !== null) {
    ship.write(person, (unit) => change(world, ship, unit, record));
  } else if (!isAwaited(ship, entity, id)) {
    const novel = entity === 'work_order' ? novelty(world, ship) : {};
    const valuesAt = (at: number): Values => ({ ...newValues(world, ship, record, at), ...novel });
    ship.create(person, { entity, id, valuesAt });
  }
}

interface RecordOnBoard {
  entity: string;
  id: string;
  /** Left out for orders. */
  of?: RecordDeclaration;
}

function recordOf({ dice, profile }: World, ship: Ship): RecordOnBoard {
  return dice.chance(0.15)
    ? dice.pick(otherRecords(ship))
    : { entity: 'work_order', id: idOf(ship, dice.below(profile.records)) };
}

function newValues({ dice, profile }: World, ship: Ship, { of }: RecordOnBoard, at: number): Values {
  return of === undefined
    ? newOrder(dice, at, dice.chance(profile.urgent))
    : newValuesOf(of, dice, referredTo(ship));
}

function novelty(world: World, ship: Ship): Values {
  return choosesWhatIsNew(world, ship.records) ? { type: typeOfVersion(newest) } : {};
}

function change(world: World, ship: Ship, unit: ShipUnit, record: RecordOnBoard): void {
  const { dice, profile } = world;
  const { entity, id, of } = record;
  const known = unit.get(entity, id);
  if (isAwaited(ship, entity, id)) return;
  if (of !== undefined) {
    const edit = editOf(of, dice, referredTo(ship));
    if (known === null) unit.create(entity, id, newValues(world, ship, record, unit.at));
    else if (!known.deleted && edit !== null) unit.update(entity, id, edit);
    return;
  }
  const novel = novelty(world, ship);
  if (known === null) unit.create(entity, id, { ...newValues(world, ship, record, unit.at), ...novel });
  else if (known.deleted) return;
  else if (dice.chance(0.05)) unit.delete(entity, id);
  else unit.update(entity, id, { ...edits(dice, profile.urgent, known.values), ...novel });
}

/** Of a record whose create has not come nobody on board knows: ids are made, not chosen, but for here. */
function isAwaited({ store }: Ship, entity: string, id: string): boolean {
  return store !== null && store.awaited.get(entity, id) !== null;
}

function writeAshore(world: World, ship: Ship, office: Office): void {
  const { dice, profile } = world;
  // All is drawn beforehand: the work may run twice, where another transaction was in its way.
  const { entity, id, of } = recordOf(world, ship);
  const removes = dice.chance(0.05);
  const urgent = dice.chance(profile.urgent);
  const novel = choosesWhatIsNew(world, office.records) ? { type: typeOfVersion(newest) } : {};
  const values =
    of === undefined
      ? { ...newOrder(dice, Date.UTC(2026, 2, 1), urgent), ...novel }
      : newValuesOf(of, dice, referredTo(ship));
  const set =
    of === undefined ? { ...edits(dice, profile.urgent, {}), ...novel } : editOf(of, dice, referredTo(ship));
  const creates = dice.chance(0.2);
  office.write(ship.vesselId, 'M. Larsen', async (unit: OfficeUnit) => {
    const known = await unit.get(entity, id);
    if (known === null) {
      if (creates) await unit.create(entity, id, values);
    } else if (known.values === null || known.deleted) return;
    else if (removes) await unit.delete(entity, id);
    else if (set !== null) await unit.update(entity, id, set);
  });
}

/** Through the contract, as a screen does it. */
function ask(world: World, ship: Ship): void {
  const { dice, profile } = world;
  const id = idOf(ship, dice.below(profile.records));
  switch (dice.below(4)) {
    case 0:
      ship.ask('workOrders.create', {
        title: 'Overhaul pump',
        type: 'planned',
        priority: dice.chance(profile.urgent) ? 'critical' : 'normal',
      });
      break;
    case 1:
      ship.ask('workOrders.update', { id, changes: { title: `Title ${dice.below(4)}` } });
      break;
    case 2:
      ship.ask('sync.status', {});
      break;
    default:
      ship.ask('sync.setLink', { enabled: true });
  }
}
