/** A bug as people write them: what is replaced in which file, and by what. */
export interface Bug {
  name: string;
  /** What it does, for the table. */
  what: string;
  patches: readonly { file: string; from: string; to: string }[];
}

/**
 * Bugs that programs which replicate have had. The simulation that misses one of them is the defect: each has to be
 * found. A text that is not there any more fails as well.
 */
export const bugs: readonly Bug[] = [
  {
    name: 'acknowledge-before-commit',
    what: 'shore acknowledges a batch before its transaction is committed',
    patches: [
      {
        file: 'src/shore/ingest/ingest.ts',
        from: `if (written.events.length > 0) await tx.notify({ gateway: dependencies.gateway, events: written.events });`,
        to: `dependencies.early?.(await answer(tx, vesselId, after, { outcome: 'stored', attempt: batch.attempt, problems }));`,
      },
      {
        file: 'src/shore/gateway/gateway.ts',
        from: 'ingest(this.#dependencies, batch)',
        to: 'ingest({ ...this.#dependencies, early: (ack) => this.#messages.answer(ack) }, batch)',
      },
    ],
  },
  {
    name: 'delete-on-puback',
    what: 'the ship takes for acknowledged what the broker has',
    patches: [
      {
        file: 'src/main/vessel/sync/uplink/uplink.ts',
        from: 'store.outbox.markSent(batch, this.#dependencies.environment.now())',
        to: 'store.outbox.acknowledge({ upTo: batch.changes.at(-1)?.number ?? 0, beyond: [] }, batch.hash).taken',
      },
    ],
  },
  {
    name: 'cursor-before-apply',
    what: 'the ship moves its cursor in a transaction before the one that applies',
    patches: [
      {
        file: 'src/main/vessel/sync/intake/apply-batch.ts',
        from: `    store.transaction({ kind: 'apply' }, () => {
      for (const change of taken.fresh) {`,
        to: `    store.transaction({ kind: 'apply' }, () => store.moveHead(batch.origin, taken.head));
    store.transaction({ kind: 'apply' }, () => {
      for (const change of taken.fresh) {`,
      },
    ],
  },
  {
    name: 'no-tie-break',
    what: 'the merge has no order for two changes of the same time',
    patches: [
      {
        file: 'src/shared/sync/causal-context.ts',
        from: 'return a.time - b.time || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.number - b.number);',
        to: 'return a.time - b.time;',
      },
    ],
  },
  {
    name: 'no-conflict-at-equal-clock',
    what: 'two values written at the same time are no conflict',
    patches: [
      {
        file: 'src/shared/sync/merge.ts',
        from: 'if (new Set(heads.map((head) => head.value)).size > 1) return true;',
        to: 'if (new Set(heads.map((head) => head.stamp.time)).size > 1 && new Set(heads.map((head) => head.value)).size > 1) return true;',
      },
    ],
  },
  {
    name: 'conflict-keeps-the-winner',
    what: 'of two values that stand against each other only the stronger is written down',
    patches: [
      {
        file: 'src/shore/journal/conflicts.ts',
        from: 'const heads = step.alternatives.map(',
        to: 'const heads = step.alternatives.slice(0, 1).map(',
      },
    ],
  },
  {
    name: 'digest-skips-deletes',
    what: 'the digest of a record does not show that it was deleted',
    patches: [
      {
        file: 'src/shared/sync/digest.ts',
        from: 'inOrder(state.deletions).map(([origin, stamp]) => [origin, stampParts(stamp)]),',
        to: '[],',
      },
    ],
  },
  {
    name: 'hello-trusts-the-others-cursor',
    what: 'shore answers a hello with what the ship says it has sent',
    patches: [
      {
        file: 'src/shore/ingest/take-hello.ts',
        from: `const ack = await answer(tx, vesselId, head, {
      outcome: 'status',`,
        to: `const said = { ...head, received: { upTo: hello.last, beyond: [] }, hash: hello.hash };
    const ack = await answer(tx, vesselId, said, {
      outcome: 'status',`,
      },
    ],
  },
  {
    name: 'window-slot-reused',
    what: 'more batches are sent without waiting for the word on earlier ones',
    patches: [
      {
        file: 'src/shared/sync/send-window.ts',
        from: `return this.#flights.length < this.size + (lane === 'urgent' ? 1 : 0);`,
        to: 'return true;',
      },
    ],
  },
  {
    name: 'resent-batch-applied-twice',
    what: 'a batch that comes again is taken for a new one',
    patches: [
      {
        file: 'src/shared/sync/intake.ts',
        from: 'if (!hasReceived(head.received, change.number)) {',
        to: 'if (true) {',
      },
    ],
  },
  {
    name: 'lane-order-broken-on-retry',
    what: 'a batch is stored although the one before it in its lane was lost',
    patches: [
      {
        file: 'src/shared/sync/intake.ts',
        from: `if (!isNextInLane(batch, head, existing)) return { outcome: 'gap' };`,
        to: '',
      },
    ],
  },
  {
    name: 'clock-not-merged-on-receive',
    what: 'what is written on board has the time of the clock there, whatever was heard before',
    patches: [
      {
        file: 'src/main/vessel/sync/intake/apply-batch.ts',
        from: 'store.own.time = observe(store.own.time, change.time, now);',
        to: '',
      },
      {
        file: 'src/main/vessel/store/journal/own-changes.ts',
        from: 'const time = timeAfter(unit.time, latestTimeIn(known));',
        to: 'const { time } = unit;',
      },
    ],
  },
  {
    name: 'time-far-ahead-is-forgotten',
    what: "the office writes with its clock's time what a clock far ahead has written before",
    patches: [
      {
        file: 'src/shore/record-unit.ts',
        from: 'time: timeAfter(this.time, latestStamp(state)?.time ?? 0),',
        to: 'time: this.time,',
      },
    ],
  },
  {
    name: 'clock-far-ahead-is-followed',
    what: "a clock ten years ahead becomes the time of the office's changes",
    patches: [
      {
        file: 'src/shared/sync/clock.ts',
        from: 'return time > wallTime(now) + followedAheadMs * ticksPerMillisecond;',
        to: 'return false;',
      },
    ],
  },
  {
    name: 'goes-on-after-what-was-sent',
    what: 'the ship sends what waits from after what has left it, not from after what was acknowledged',
    patches: [
      {
        file: 'src/main/vessel/store/journal/outbox.ts',
        from: 'for (const stretch of this.#stretches(after + 1)) {',
        to: 'for (const stretch of this.#stretches(Math.max(after, this.#sent.upTo(lane)) + 1)) {',
      },
    ],
  },
  {
    name: 'shore-write-not-queued',
    what: 'what the office writes in an urgent lane is not queued',
    patches: [
      {
        file: 'src/shore/record-and-publish.ts',
        from: `    changes.map(({ change: { number, lane, entity, recordId, at } }) => ({`,
        to: `    changes.filter(({ change }) => change.lane !== 'urgent').map(({ change: { number, lane, entity, recordId, at } }) => ({`,
      },
    ],
  },
  {
    name: 'acknowledgement-empties-the-queue',
    what: 'shore takes everything out of the queue on any word of the ship',
    patches: [
      {
        file: 'src/shore/ingest/take-acknowledgement.ts',
        from: 'tx.dequeue(vessel.vesselId, shown)',
        to: 'tx.dequeue(vessel.vesselId, { upTo: vessel.last, beyond: [] })',
      },
    ],
  },
  {
    name: 'cursor-jumps-a-gap',
    what: 'the cursor goes to the highest number, whatever is missing below',
    patches: [
      {
        file: 'src/shared/sync/received-ranges.ts',
        from: 'return fromRanges(received.upTo, [...received.beyond, [n, n]]);',
        to: 'return { upTo: n, beyond: [] };',
      },
    ],
  },
  {
    name: 'stale-edit-reopens',
    what: 'an edit that had not seen it reopens an order that was signed off',
    patches: [
      {
        file: 'src/shared/sync/merge.ts',
        from: `if (field.merge === 'terminal') {`,
        to: `if (field.merge === 'never') {`,
      },
    ],
  },
  {
    name: 'hours-run-backwards',
    what: 'a count of hours takes the later value, not the larger',
    patches: [
      {
        file: 'src/shared/sync/merge.ts',
        from: `if (field.merge === 'grows') {`,
        to: `if (field.merge === 'never') {`,
      },
    ],
  },
  {
    name: 'silence-unnoticed',
    what: 'nothing is sent again when no acknowledgement comes',
    patches: [
      {
        file: 'src/shared/sync/acknowledgement-timer.ts',
        from: 'this.#cancel ??= this.#environment.after(this.timeoutMs, () => {',
        to: 'this.#cancel ??= this.#environment.after(1e12, () => {',
      },
    ],
  },
  {
    name: 'delete-leaves-conflicts',
    what: 'a record deleted on board keeps its open conflicts there',
    patches: [
      {
        file: 'src/main/vessel/store/record-and-publish.ts',
        from: 'if (!deleted && !(field in fields)) continue;',
        to: 'if (!(field in fields)) continue;',
      },
    ],
  },
  {
    name: 'snapshot-without-its-tail',
    what: 'of a journal that a snapshot told of, what came after its position is never sent',
    patches: [
      {
        file: 'src/shore/ingest/take-hello.ts',
        from: 'return isCovered(received, theirs) ? []',
        to: 'return hello.bases !== undefined || theirs.upTo > 0 || isCovered(received, theirs) ? []',
      },
    ],
  },
  {
    name: 'update-leaves-what-waited',
    what: "a ship's newer program does not apply what had waited for it",
    patches: [
      {
        file: 'src/main/vessel/vessel-node.ts',
        from: "storage.guard('starting', () => applyWaiting(store));",
        to: '',
      },
    ],
  },
  {
    name: 'update-ashore-leaves-what-waited',
    what: "the office's newer program applies what had waited for older versions than its own",
    patches: [
      {
        file: 'src/shore/ingest/apply-waiting.ts',
        from: 'change.version <= recordsVersion',
        to: 'change.version < recordsVersion',
      },
    ],
  },
  {
    name: 'waiting-counts-as-seen',
    what: 'who writes on board claims to have seen what waits for a newer program',
    patches: [
      {
        file: 'src/main/vessel/store/vessel-store.ts',
        from: 'if (!this.settings.hasUnapplied()) return this.seen;',
        to: 'if (this.vesselId !== recordId) return this.seen;',
      },
    ],
  },
  {
    name: 'waiting-counts-as-seen-ashore',
    what: 'who writes in the office claims to have seen what waits for a newer program there',
    patches: [
      {
        file: 'src/shore/journal/writer-context.ts',
        from: `applied !== 'applied'`,
        to: `applied === 'parked'`,
      },
    ],
  },
  {
    name: 'moved-change-keeps-waiting',
    what: 'a ship that takes a new name leaves the last change it wrote under the old one',
    patches: [
      {
        file: 'src/main/vessel/store/journal/move-entries.ts',
        from: 'for (const { change } of entries) {',
        to: 'for (const { change } of entries.slice(0, -1)) {',
      },
    ],
  },
  {
    name: 'size-not-learnt',
    what: 'a message that the broker refuses for its size is sent again as it is',
    patches: [
      {
        file: 'src/shared/sync/sized-messages.ts',
        from: 'this.#size.refused(size);',
        to: '',
      },
    ],
  },
  {
    name: 'too-late-a-time-is-taken',
    what: 'a time at the end of all is taken into a record, and whoever edits it next issues a later one',
    patches: [
      {
        file: 'src/shared/sync/validity.ts',
        from: `if (change.time > latestApplied(sideOf(change.origin))) return { decision: 'park', reason: tooLate };`,
        to: '',
      },
      {
        file: 'src/main/vessel/store/journal/own-changes.ts',
        from: `if (time > latestApplied('vessel'))`,
        to: `if (unit === undefined)`,
      },
    ],
  },
  {
    name: 'one-bad-change-refuses-the-batch',
    what: 'a change on board that breaks a rule holds up all that came with it',
    patches: [
      {
        file: 'src/main/vessel/sync/intake/apply-batch.ts',
        from: 'const verdict = validateChange(change);',
        to: `const verdict = validateChange(change);
        if (verdict.decision === 'park') throw new RangeError(verdict.reason);`,
      },
    ],
  },
  {
    name: 'one-bad-change-refuses-the-batch-ashore',
    what: 'a change of the ship that breaks a rule is taken for a failure of the whole batch',
    patches: [
      {
        file: 'src/shore/ingest/ingest.ts',
        from: 'const duplicates = batch.changes.length - taken.fresh.length;',
        to: `const duplicates = batch.changes.length - taken.fresh.length;
    if (problems.some(({ code }) => code === 'parked')) throw new RangeError('a change breaks a rule');`,
      },
    ],
  },
  {
    name: 'kept-aside-untold',
    what: 'nobody ashore is told of a change that is kept and not applied',
    patches: [
      {
        file: 'src/shore/ingest/ingest.ts',
        from: `applied === 'applied'
          ? []
          : [unapplied`,
        to: `applied !== 'later'
          ? []
          : [unapplied`,
      },
    ],
  },
  {
    name: 'claims-are-believed',
    what: 'a change overrules what it says to have seen, also what is written later',
    patches: [
      {
        file: 'src/shared/sync/causal-context.ts',
        from: 'return precedes(earlier, later) || (later.origin === earlier.origin && later.number === earlier.number);',
        to: 'return true;',
      },
    ],
  },
  {
    name: 'numbers-beyond-what-is-stored',
    what: 'a number is taken that does not fit the place which the journal on board has for it',
    patches: [
      {
        file: 'src/shared/sync/numbers.ts',
        from: 'export const highestNumber = numbersPerOrigin - 1;',
        to: 'export const highestNumber = Number.MAX_SAFE_INTEGER;',
      },
    ],
  },
  {
    name: 'agreement-of-another-moment',
    what: 'ship and shore are said to agree because they once did',
    patches: [
      {
        file: 'src/main/vessel/sync/consistency/last-consistency-result.ts',
        from: `return this.isConsistent ? 'equal' : 'moving';`,
        to: `return 'equal';`,
      },
    ],
  },
  {
    name: 'lacking-records-untold',
    what: 'ship and shore are said to agree while shore lacks records that nobody has as changes',
    patches: [
      {
        file: 'src/main/vessel/sync/base/base-upload.ts',
        from: `if (next !== null) this.#ask();
  }`,
        to: '}',
      },
      {
        file: 'src/main/vessel/sync/consistency/journal-backfill.ts',
        from: 'if (isLast) learnWhatShoreLacks(this.#dependencies.store, held);',
        to: '',
      },
    ],
  },
  {
    name: 'records-not-sent-up',
    what: 'what shore lacks and nobody has as changes is never sent',
    patches: [
      {
        file: 'src/main/vessel/sync/base/base-upload.ts',
        from: `if (next !== null) this.#ask();
  }`,
        to: '}',
      },
    ],
  },
];
