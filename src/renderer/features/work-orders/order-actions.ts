import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import type { NewWorkOrder, WorkOrder, WorkOrderChanges } from '#shared/contract/work-orders.ts';
import { type WorkOrderStatus, isOutstanding, mayBecome } from '#shared/records/work-order-status.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import { CallError } from '../../lib/transport/transport.ts';
import { viewOf } from './list/order-filter.ts';
import type { OrderList } from './list/order-list.ts';
import type { OrderRecords } from './order-records.ts';
import type { ClosingEntries } from './order/close-order.tsx';
import { notesWith } from './order/notes-with.ts';
import { statusPath } from './order/status-path.ts';
import { statusLabels } from './labels.tsx';

/** What a person can do with an order. Each shows at once, is kept by the vessel, and says when it was not. */
export interface OrderActions {
  /** Sets a status that needs no more than the wish; `extra` goes with it into the same change. */
  setStatus(order: WorkOrder, status: WorkOrderStatus, extra?: Partial<ClosingEntries>): Promise<boolean>;
  /** Writes `changes` made by someone who had seen `basis`. Rejects with `CallError`; `stale` names the fields. */
  save(before: WorkOrder, changes: WorkOrderChanges, basis: ExpectedVersions): Promise<WorkOrder>;
  addNote(order: WorkOrder, text: string): Promise<boolean>;
  create(input: NewWorkOrder): Promise<WorkOrder>;
  remove(order: WorkOrder): Promise<boolean>;
}

/** @param forgetDrafts lets go of what was typed for an order that is deleted */
export function createOrderActions(
  services: AppServices,
  list: OrderList,
  records: OrderRecords,
  forgetDrafts: (id: string) => void,
): OrderActions {
  const { transport, notices, undo, session, preferences } = services;

  /** The version that this screen's own last write gave a field, by `id/field`: undoing twice must not find itself stale. */
  const ownVersions = new Map<string, string>();

  function show(order: WorkOrder): void {
    records.put(order);
    list.window.put(order);
  }

  async function update(id: string, changes: WorkOrderChanges, basis?: ExpectedVersions): Promise<WorkOrder> {
    const order = await transport.call(
      'workOrders.update',
      basis === undefined ? { id, changes } : { id, changes, basis },
    );
    for (const field of Object.keys(changes)) {
      const version = order.versions[field];
      if (version !== undefined) ownVersions.set(`${id}/${field}`, version);
    }
    show(order);
    return order;
  }

  /** The order as this screen's own writes left it since; as it was seen, where anybody else wrote those fields. */
  function asLeft(seen: WorkOrder, fields: readonly string[]): WorkOrder {
    const now = records.store.getState().orders.get(seen.id);
    const isOurs = (field: string): boolean =>
      now?.versions[field] === seen.versions[field] ||
      now?.versions[field] === ownVersions.get(`${seen.id}/${field}`);
    return now !== undefined && fields.every(isOurs) ? now : seen;
  }

  function versionsOf(order: WorkOrder, changes: WorkOrderChanges): ExpectedVersions {
    return Object.fromEntries(
      Object.entries(order.versions).filter(([field]) => Object.hasOwn(changes, field)),
    );
  }

  /** Remembers how to take a change back, and offers it. */
  function offerUndo(
    { said, undone }: { said: string; undone: string },
    before: WorkOrder,
    after: WorkOrder,
    changes: WorkOrderChanges,
  ): void {
    undo.push({ label: said, undone, undo: () => takeBack(before, after, changes) });
    notices.say(said, { label: 'Undo', keys: 'Z', run: () => void runUndo(services) });
  }

  async function takeBack(before: WorkOrder, after: WorkOrder, changes: WorkOrderChanges): Promise<void> {
    const { status, ...rest } = previousValues(before, changes);
    const basis = Object.fromEntries(
      Object.entries(versionsOf(after, changes)).map(([field, version]) => [
        field,
        ownVersions.get(`${before.id}/${field}`) ?? version,
      ]),
    );
    const path = status === undefined ? [] : (statusPath(changes.status ?? after.status, status) ?? []);
    const [firstStep, ...moreSteps] = path;
    const first: WorkOrderChanges = firstStep === undefined ? rest : { ...rest, status: firstStep };
    if (Object.keys(first).length === 0) return;
    await update(before.id, first, basis);
    for (const step of moreSteps) await update(before.id, { status: step });
  }

  /** Deletes an order that was raised by mistake, unless somebody has worked on it since. */
  async function takeRaisedBack({ id, number, versions }: WorkOrder): Promise<void> {
    const now = await transport.call('workOrders.get', { id });
    if (Object.entries(now.versions).some(([field, version]) => versions[field] !== version))
      throw new CallError({
        code: 'not_allowed',
        message: `${number} was changed since it was raised, so it was not deleted.`,
        retryable: false,
      });
    await transport.call('workOrders.delete', { id });
    records.forget(id);
    await list.reload();
  }

  /** The notes with one more line that says who wrote it and when. */
  function withNote(notes: string, text: string): string {
    const { time, crew } = session.store.getState();
    const who = crew.find(({ id }) => id === preferences.store.getState().actorId)?.name ?? 'Unknown';
    return notesWith(notes, { at: time.instant(new Date(session.now()).toISOString()), who, text });
  }

  function sayStale(error: unknown, order: WorkOrder): void {
    void records.read(order.id).then(show, () => {});
    if (!(error instanceof CallError) || error.code !== 'stale') {
      services.sayFailure(error);
      return;
    }
    const by = error.details[0]?.by ?? 'Somebody else';
    notices.sayProblem(
      `${by} changed ${order.number} meanwhile, so nothing was changed. Look at it and try again.`,
    );
  }

  async function setStatus(
    seen: WorkOrder,
    status: WorkOrderStatus,
    extra: Partial<ClosingEntries> = {},
  ): Promise<boolean> {
    const order = asLeft(seen, ['status', 'notes']);
    if (order.status === status) {
      const { note = '', actualHours, completedAt } = extra;
      if (note.trim() === '' && actualHours === undefined && completedAt === undefined) return true;
      notices.sayProblem(
        `${order.number} is ${statusLabels[status].toLowerCase()} already, so nothing was changed. What you typed stays here: add it as a note.`,
      );
      return false;
    }
    if (!mayBecome(order.status, status)) {
      notices.say(`${order.number} is ${statusLabels[order.status].toLowerCase()}. Reopen it first.`);
      return false;
    }
    if (!(await services.hasActor())) return false;
    const { note = '', actualHours, completedAt } = extra;
    const changes: WorkOrderChanges = {
      status,
      ...(actualHours === undefined ? {} : { actualHours }),
      ...(note.trim() === '' ? {} : { notes: withNote(order.notes, note) }),
    };
    show({ ...order, status });
    try {
      const asked = completedAt === undefined ? changes : { ...changes, completedAt };
      const after = await update(order.id, asked, versionsOf(order, changes));
      const words = {
        said: `${order.number}: ${statusLabels[status].toLowerCase()}`,
        undone: `${order.number} is ${statusLabels[order.status].toLowerCase()} again`,
      };
      offerUndo(words, order, after, changes);
      return true;
    } catch (error) {
      show(order);
      sayStale(error, order);
      return false;
    }
  }

  async function save(
    before: WorkOrder,
    changes: WorkOrderChanges,
    basis: ExpectedVersions,
  ): Promise<WorkOrder> {
    const after = await update(before.id, changes, basis);
    const words = { said: `Saved ${before.number}`, undone: `${before.number} is as it was before` };
    offerUndo(words, before, after, changes);
    return after;
  }

  async function addNote(seen: WorkOrder, text: string): Promise<boolean> {
    if (!(await services.hasActor())) return false;
    const order = asLeft(seen, ['notes']);
    const changes = { notes: withNote(order.notes, text) };
    try {
      const after = await update(order.id, changes, versionsOf(order, changes));
      const words = {
        said: `Note added to ${order.number}`,
        undone: `the note to ${order.number} is gone`,
      };
      offerUndo(words, order, after, changes);
      return true;
    } catch (error) {
      sayStale(error, order);
      return false;
    }
  }

  return {
    setStatus: (...asked) => undo.inTurn(() => setStatus(...asked)),
    save: (...asked) => undo.inTurn(() => save(...asked)),
    addNote: (...asked) => undo.inTurn(() => addNote(...asked)),
    async create(input) {
      const order = await transport.call('workOrders.create', input);
      records.put(order);
      await list.reload();
      const isShown = list.window.store.getState().rows.find(({ id }) => id === order.id) !== undefined;
      const hidden = !isShown && viewOf(list.filter.getState()) !== 'all' && isOutstanding(order.status);
      const said = `${order.number} raised`;
      undo.push({
        label: said,
        undone: `${order.number} is deleted`,
        undo: () => takeRaisedBack(order),
      });
      notices.say(hidden ? `${said}; it is further down, or outside this filter` : said, {
        label: 'Undo',
        keys: 'Z',
        run: () => void runUndo(services),
      });
      return order;
    },
    async remove(order) {
      if (!(await services.hasActor())) return false;
      try {
        await transport.call('workOrders.delete', { id: order.id });
        records.forget(order.id);
        forgetDrafts(order.id);
        await list.reload();
        notices.say(`${order.number} deleted`);
        return true;
      } catch (error) {
        services.sayFailure(error);
        return false;
      }
    },
  };
}

/** What the changed fields held before. */
function previousValues(before: WorkOrder, changes: WorkOrderChanges): WorkOrderChanges {
  const entries = Object.entries(before).filter(([field]) => Object.hasOwn(changes, field));
  return Object.fromEntries(entries);
}

/** Takes back the last thing done at this screen, and says what that was. */
export function runUndo(services: AppServices): Promise<void> {
  return services.undo.inTurn(() => takeLastBack(services));
}

async function takeLastBack(services: AppServices): Promise<void> {
  const step = services.undo.pop();
  if (step === null) {
    services.notices.say('Nothing to undo.');
    return;
  }
  try {
    await step.undo();
    services.notices.say(`Undone: ${step.undone}`);
  } catch (error) {
    const stale = error instanceof CallError && error.code === 'stale';
    if (stale) {
      const by = error.details[0]?.by ?? 'somebody else';
      services.notices.sayProblem(`Not undone, because ${by} changed the same thing since: ${step.label}`);
    } else services.sayFailure(error);
  }
}
