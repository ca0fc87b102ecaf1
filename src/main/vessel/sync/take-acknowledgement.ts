import type { Ack } from '#shared/sync/frame.ts';
import { heldFromJson, unionOf, type Held } from '#shared/sync/held.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { reportFork } from './fork.ts';

/**
 * Takes shore's word on what it holds of this ship: outbox rows of those changes go, all in one transaction.
 * An acknowledgement that claims more than was ever written, or that is about another journal (two computers running
 * from one copy of the data), is refused: what waits here may not be there.
 * @returns what shore holds, or null when the acknowledgement is not believed
 */
export function takeAcknowledgement(store: VesselStore, ack: Ack): Held | null {
  const held = heldFromJson(ack.held);
  const furthest = Math.max(held.upTo, ...held.beyond.map(([, last]) => last));
  if (furthest > store.own.last) {
    store.environment.log.error(
      { claimed: furthest, last: store.own.last },
      'shore says that it holds changes that this node never wrote; its acknowledgement was not taken',
    );
    store.problems.add({
      at: store.environment.now(),
      code: 'impossible_acknowledgement',
      message:
        `Shore says it holds change ${furthest} of this ship, which has written only ${store.own.last}. ` +
        'Perhaps this computer was restored from an older copy. Nothing was taken out of the queue.',
      entity: null,
      recordId: null,
      number: null,
    });
    return null;
  }
  const atCursor = store.journal.get(store.own.origin, held.upTo);
  if (atCursor !== null && atCursor.hash !== ack.hash) {
    store.environment.log.error(
      { number: held.upTo },
      'shore holds another journal under the name of this node',
    );
    reportFork(store);
    return null;
  }
  const records = store.transaction({ kind: 'apply' }, () => {
    const removed = store.outbox.remove(held);
    const before = store.heads.acknowledged(store.own.origin);
    const total = before === null ? held : unionOf(before, held);
    if (removed.length > 0 || before === null || before.upTo !== total.upTo)
      store.heads.setAcknowledged(store.own.origin, total, ack.hash);
    for (const problem of ack.problems) {
      const change = store.journal.get(store.own.origin, problem.number)?.change;
      store.problems.add({
        at: store.environment.now(),
        code: problem.code,
        message: `Shore keeps change ${problem.number} but could not apply it: ${problem.message}`,
        entity: change?.entity ?? null,
        recordId: change?.recordId ?? null,
        number: problem.number,
      });
    }
    return removed;
  });
  if (records.length > 0) store.announce({ cause: 'sync', records, lanes: new Set() });
  return held;
}
