import { fc } from '#support/properties.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { followersOf, type Lane } from '#shared/records/record.ts';
import type { Scalar } from '#shared/json.ts';
import type { Change, Operation } from '#shared/sync/change.ts';
import { tick, timeAfter, observe } from '#shared/sync/clock.ts';
import {
  receivedToJson,
  nothingReceived,
  withNumber,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { applyChange, emptyState, latestStamp, materialise, type RecordState } from '#shared/sync/merge.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';
import { changeOf, orderValues } from './changes.ts';

/**
 * Histories as they really come about: nodes on board and ashore, each writing one after the other under its own
 * numbers, with clocks that are years off and jump; an exchange in which urgent changes overtake others and some
 * are lost on the way, and which notes honestly what was held; computers that are replaced by a copy of another's
 * data and write on under a new name, while the old one may still write as well.
 */
export type Step =
  | { kind: 'write'; node: number; record: number; intent: Intent }
  | { kind: 'exchange'; from: number; to: number; lost: number; most: number; urgentOnly: boolean }
  | { kind: 'clock'; node: number; years: number }
  | { kind: 'replace'; node: number; side: 'v' | 's' };

interface Intent {
  operation: Exclude<Operation, 'create'>;
  title: string | null;
  status: string | null;
  actualHours: number | null | undefined;
  note: string | null;
  urgent: boolean;
}

const intents: fc.Arbitrary<Intent> = fc.record({
  operation: fc.oneof(
    { weight: 9, arbitrary: fc.constant('update' as const) },
    { weight: 1, arbitrary: fc.constant('delete' as const) },
  ),
  title: fc.option(fc.constantFrom('Renew gasket', 'Overhaul pump', 'Clean strainer'), { freq: 3 }),
  status: fc.option(fc.constantFrom('open', 'in_progress', 'completed', 'cancelled'), { freq: 1 }),
  actualHours: fc.option(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(null)), {
    nil: undefined,
    freq: 1,
  }),
  note: fc.option(fc.constantFrom('Checked', 'Parts ordered', 'Leak found', ''), { freq: 1 }),
  urgent: fc.boolean(),
});

const anyNode = fc.nat({ max: 5 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write'),
      node: anyNode,
      record: fc.nat({ max: 1 }),
      intent: intents,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('exchange'),
      from: anyNode,
      to: anyNode,
      lost: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) }),
      most: fc.integer({ min: 1, max: 4 }),
      urgentOnly: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock'),
      node: anyNode,
      years: fc.integer({ min: -10, max: 10 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('replace'), node: anyNode, side: fc.constantFrom('v', 's') }),
  },
);

const year = 365 * 86_400_000;

/** One database somewhere, and what it knows. */
class Node {
  readonly origin: string;
  readonly journal: Change[];
  /** In the order in which it came to know them. */
  readonly known: Change[] = [];
  readonly received = new Map<string, ReceivedRanges>();
  wrongBy = 0;
  time = 0;

  constructor(origin: string) {
    this.origin = origin;
    this.journal = [];
  }

  knows(change: Change): boolean {
    return this.known.includes(change);
  }

  /** @param wall the true time, ms */
  take(change: Change, wall: number): void {
    this.known.push(change);
    this.time = observe(this.time, change.time, wall + this.wrongBy);
    this.received.set(
      change.origin,
      withNumber(this.received.get(change.origin) ?? nothingReceived, change.number),
    );
  }

  /** Its own journal included: what a copy of its disk would hold. */
  copyTo(copy: Node, wall: number): void {
    for (const change of this.known) copy.take(change, wall);
  }

  seen(): CausalContext {
    return Object.fromEntries(
      [...this.received]
        .filter(([origin]) => origin !== this.origin)
        .map(([origin, received]) => [origin, receivedToJson(received)]),
    );
  }
}

const recordIds = ['0190a5b0-0000-7000-8000-00000000000a', '0190a5b0-0000-7000-8000-00000000000b'];

/** What the people of a voyage did, and what each node came to know of it. */
export interface Voyage {
  /** All changes of each record, in the order in which they were made. */
  records: Change[][];
  nodes: { origin: string; known: Change[] }[];
}

export function sail(script: readonly Step[]): Voyage {
  const nodes = [new Node('v000001'), new Node('s000001')];
  const all: Change[] = [];
  let wall = Date.UTC(2026, 2, 1);

  const write = (
    node: Node,
    record: number,
    operation: Operation,
    fields: Record<string, Scalar>,
    lane: Lane,
  ) => {
    const at = wall + node.wrongBy;
    const recordId = recordIds[record] ?? '';
    node.time = tick(node.time, at);
    const change = changeOf({
      origin: node.origin,
      number: node.journal.length + 1,
      time: timeAfter(node.time, latestStamp(stateAt(node, recordId))?.time ?? 0),
      at,
      seen: node.seen(),
      recordId,
      operation,
      fields,
      lane,
    });
    node.journal.push(change);
    node.take(change, wall);
    all.push(change);
  };

  for (const [index, node] of nodes.entries()) write(node, index, 'create', { ...orderValues() }, 'normal');

  for (const step of script) {
    wall += 60_000;
    if (step.kind === 'write') {
      const node = at(nodes, step.node);
      const state = stateAt(node, recordIds[step.record] ?? '');
      const current = materialise(workOrderSpec, state);
      if (current === null) continue;
      const { operation } = step.intent;
      const by = { at: new Date(wall).toISOString(), by: node.origin };
      const fields =
        operation === 'delete'
          ? {}
          : { ...fieldsOf(step.intent, current), ...statusFields(step.intent.status, current, state, by) };
      write(node, step.record, operation, fields, step.intent.urgent ? 'urgent' : 'normal');
    } else if (step.kind === 'exchange') {
      const other = step.from + 1 + (step.to % (nodes.length - 1));
      exchange(at(nodes, step.from), at(nodes, other), { ...step, wall });
    } else if (step.kind === 'clock') {
      at(nodes, step.node).wrongBy = step.years * year;
    } else if (nodes.length < 5) {
      const successor = new Node(`${step.side}00000${nodes.length + 1}`);
      at(nodes, step.node).copyTo(successor, wall);
      nodes.push(successor);
    }
  }
  return {
    records: recordIds.map((id) => all.filter((change) => change.recordId === id)),
    nodes: nodes.map(({ origin, known }) => ({ origin, known })),
  };
}

function at(nodes: readonly Node[], index: number): Node {
  const node = nodes[index % nodes.length];
  if (node === undefined) throw new Error('A voyage has nodes');
  return node;
}

function stateAt(node: Node, id: string): RecordState {
  return node.known
    .filter((change) => change.recordId === id)
    .reduce((before, change) => applyChange(workOrderSpec, before, change), emptyState);
}

/** A status with who completed the order and when, as the services write it: where it changes by that, or is contested. */
function statusFields(
  status: string | null,
  current: Record<string, Scalar>,
  state: RecordState,
  { at, by }: { at: string; by: string },
): Record<string, Scalar> {
  if (status === null) return {};
  const group = ['status', ...followersOf(workOrderSpec, 'status')];
  const isContested = group.some((name) => (state.heads[name]?.length ?? 0) > 1);
  const completed: Record<string, Scalar> =
    status === current['status']
      ? { completedAt: current['completedAt'] ?? null, completedBy: current['completedBy'] ?? null }
      : status === 'completed'
        ? { completedAt: at, completedBy: by }
        : { completedAt: null, completedBy: null };
  return Object.fromEntries(
    Object.entries({ status, ...completed }).filter(
      ([name, value]) => isContested || name === 'status' || value !== current[name],
    ),
  );
}

function fieldsOf(intent: Intent, current: Record<string, Scalar>): Record<string, Scalar> {
  const fields: Record<string, Scalar> = {};
  if (intent.title !== null) fields['title'] = intent.title;
  if (intent.actualHours !== undefined) fields['actualHours'] = intent.actualHours;
  if (intent.note !== null)
    fields['notes'] = [current['notes'], intent.note].filter((text) => text !== '').join('\n');
  return fields;
}

/** Hands over the oldest changes, or the oldest urgent ones, but for those that are lost. */
function exchange(
  from: Node,
  to: Node,
  { lost, most, urgentOnly, wall }: Step & { kind: 'exchange' } & { wall: number },
): void {
  from.known
    .filter((change) => !to.knows(change) && change.origin !== to.origin)
    .filter((change) => !urgentOnly || change.lane === 'urgent')
    .slice(lost, lost + most)
    .forEach((change) => to.take(change, wall));
}

export const voyages: fc.Arbitrary<Voyage> = fc
  .array(steps, { minLength: 12, maxLength: 50, size: 'max' })
  .map((script) => sail(script));

/** Keys by which a list is put into another order and some of it doubled; shrinks towards the order as it is. */
export const arrivals: fc.Arbitrary<number[]> = fc.array(fc.nat({ max: 999 }), {
  minLength: 24,
  maxLength: 24,
});

/** `changes` in an order that `keys` decides, some of them more than once. */
export function shuffled<T>(changes: readonly T[], keys: readonly number[]): T[] {
  const keyAt = (index: number): number => ((keys[index % keys.length] ?? 0) * (index + 7)) % 1_009;
  const placed = changes.flatMap((change, index) => {
    const key = keyAt(index);
    const again = key % 3 === 0 ? [{ change, key: keyAt(index + 5) }] : [];
    return [{ change, key }, ...again];
  });
  return placed.sort((a, b) => a.key - b.key).map(({ change }) => change);
}
