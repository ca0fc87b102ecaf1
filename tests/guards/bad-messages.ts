import type { Guard } from './guard.ts';

const hostileAshore = 'tests/integration/shore/hostile-changes.test.ts';
const hostileOnBoard = 'tests/integration/vessel/hostile-changes.test.ts';
const falseClaims = 'tests/unit/sync/false-claims.test.ts';
const hostileBytes = 'tests/unit/sync/hostile-bytes.test.ts';
const limits = 'tests/unit/sync/limits-of-a-change.test.ts';
const server = 'src/shore/api/server.ts';
const host = 'src/main/station/host.ts';

/** What somebody with one ship's password sends. */
export const badMessages: readonly Guard[] = [
  {
    name: 'the latest time leaves room',
    without: 'who writes after a change of the latest time writes one that the other end refuses',
    patches: [
      {
        file: 'src/shared/sync/validity.ts',
        from: "if (change.time > latestApplied(sideOf(change.origin))) return { decision: 'park', reason: tooLate };",
        to: "if (change.time > latestApplied(sideOf(change.origin)) * 9) return { decision: 'park', reason: tooLate };",
      },
    ],
    test: { file: hostileOnBoard, name: 'the latest time that a message can have is kept aside' },
  },
  {
    name: 'shore has room above the ship',
    without: 'the office cannot set right what somebody on board wrote at the end of time',
    patches: [
      {
        file: 'src/shared/sync/clock.ts',
        from: "(side === 'vessel' ? 1 : 2) * roomAfterClock",
        to: 'roomAfterClock',
      },
    ],
    test: { file: hostileAshore, name: 'at the end of the time of records' },
  },
  {
    name: 'one bad change is kept aside alone',
    without: 'one bad change in a batch is refused with all behind it',
    patches: [
      {
        file: 'src/shared/sync/validity.ts',
        from: "return { decision: 'park', reason: `There is no kind of record called '${change.entity}'` };",
        to: "throw new Error(`There is no kind of record called '${change.entity}'`);",
      },
    ],
    test: {
      file: 'tests/integration/shore/ingest.test.ts',
      name: 'a change that breaks a rule is parked and reported',
    },
  },
  {
    name: 'what is not earlier was not seen',
    without:
      'a claim to have seen numbers that do not exist freezes a field and makes the merge hang on the order',
    patches: [
      {
        file: 'src/shared/sync/causal-context.ts',
        from: 'return precedes(earlier, later) || (later.origin === earlier.origin && later.number === earlier.number);',
        to: 'return true;',
      },
    ],
    test: { file: falseClaims, name: 'a claim to have seen numbers that do not exist yet' },
  },
  {
    name: 'a claim beyond what exists is told',
    without: 'nobody hears that somebody makes up what they have seen',
    patches: [
      {
        file: 'src/shared/sync/excess-claims.ts',
        from: 'if (known === null || claimed <= known) continue;',
        to: 'if (known === null || claimed >= 0) continue;',
      },
    ],
    test: { file: hostileAshore, name: 'with a claim to have seen what is not written yet, is told' },
  },
  {
    name: 'numbers fit the stored form',
    without: "a change numbered 2^40 lands in another origin's place in the journal",
    patches: [
      {
        file: 'src/shared/sync/numbers.ts',
        from: 'export const highestNumber = numbersPerOrigin - 1;',
        to: 'export const highestNumber = Number.MAX_SAFE_INTEGER;',
      },
    ],
    test: { file: limits, name: 'is taken nowhere' },
  },
  {
    name: 'order numbers go on within plausible ones',
    without: "one order with the year's last number uses up the year",
    patches: [
      {
        file: 'src/shared/records/record-number.ts',
        from: 'const windowSize = 50_000;',
        to: 'const windowSize = 500_000;',
      },
    ],
    test: { file: hostileOnBoard, name: 'a number from the end of the year' },
  },
  {
    name: 'limits before JSON is parsed',
    without: '21 bytes of brackets cost seconds',
    patches: [
      {
        file: 'src/shared/bounded-json.ts',
        from: 'if (level > depth) throw',
        to: 'if (level > depth * 1e9) throw',
      },
      {
        file: 'src/shared/bounded-json.ts',
        from: 'if (count > items) throw',
        to: 'if (count > items * 1e9) throw',
      },
    ],
    test: { file: hostileBytes, name: 'is refused where it does not, and brackets' },
  },
  {
    name: 'the unfolded size is counted',
    without: '1,278 bytes become 186 MB in the journal',
    patches: [
      {
        file: 'src/shared/sync/columns/unfolded.ts',
        from: 'if (ofChange > changeSizeLimit)',
        to: 'if (ofChange > 1e15)',
      },
      {
        file: 'src/shared/sync/columns/unfolded.ts',
        from: 'if (this.#ofBatch > batchSizeLimit)',
        to: 'if (this.#ofBatch > 1e15)',
      },
    ],
    test: { file: hostileBytes, name: 'is refused before the texts are made' },
  },
  {
    name: 'senders of refused messages are passed over',
    without: 'every further bad message is unpacked, logged and written down',
    patches: [
      {
        file: 'src/shared/sync/refusal-budget.ts',
        from: 'return sender !== undefined && this.#monotonic() < sender.passedUntil;',
        to: 'return sender !== undefined && this.#monotonic() < 0;',
      },
    ],
    test: { file: 'tests/integration/shore/passed-over.test.ts', name: 'is passed over' },
  },
  {
    name: 'a page of a snapshot is read by its size',
    without: 'one page reads all records of a ship, however long they are',
    patches: [
      {
        file: 'src/shore/snapshot/read-page.ts',
        from: 'return Math.max(1, Math.min(left, bySize));',
        to: 'return Math.max(1, bySize > 0 ? left : left);',
      },
    ],
    test: {
      file: 'tests/integration/shore/snapshot.test.ts',
      name: 'is not read far beyond what its page takes',
    },
  },
  {
    name: 'silent sockets make room ashore',
    without: 'sockets that say nothing keep everybody of their address out',
    patches: [
      { file: 'src/shared/connections.ts', from: 'if (!isMeant(address)) continue;', to: 'continue;' },
    ],
    test: {
      file: 'tests/integration/api/keys.test.ts',
      name: 'lets connections that say nothing keep nobody out',
    },
  },
  {
    name: 'silent sockets make room on board',
    without: 'the same at the station host',
    patches: [
      { file: 'src/shared/connections.ts', from: 'if (!isMeant(address)) continue;', to: 'continue;' },
    ],
    test: {
      file: 'tests/integration/station/crowded.test.ts',
      name: 'hundreds of connections that say nothing',
    },
  },
  {
    name: 'silent sockets are destroyed ashore',
    without: 'a connection is half closed, and stays for as long as the other side likes',
    patches: [
      {
        file: server,
        from: 'const destroy = (): void => void socket.destroy();',
        to: 'const destroy = (): void => undefined;',
      },
    ],
    test: {
      file: 'tests/integration/api/keys.test.ts',
      name: 'lets connections that say nothing keep nobody out',
    },
  },
  {
    name: 'silent sockets are destroyed on board',
    without: 'the same at the station host',
    patches: [
      {
        file: host,
        from: 'const destroy = (): void => void socket.destroy();',
        to: 'const destroy = (): void => undefined;',
      },
    ],
    test: {
      file: 'tests/integration/station/crowded.test.ts',
      name: 'hundreds of connections that say nothing',
    },
  },
  {
    name: 'attempts without a key are counted',
    without: 'wrong keys are outside every limit and fill the log',
    patches: [
      {
        file: 'src/shared/connections.ts',
        from: 'return count > this.#aMinute;',
        to: 'return count > 1e9;',
      },
    ],
    test: { file: 'tests/integration/api/keys.test.ts', name: 'answers shortly after sixty attempts' },
  },
  {
    name: 'an unknown office is told',
    without: "a ship's own invention stands in the history as the office's",
    patches: [
      {
        file: 'src/shore/ingest/ingest.ts',
        from: "if (before === undefined && sideOf(origin) === 'shore')",
        to: 'if (1 > 2)',
      },
    ],
    test: { file: hostileAshore, name: 'in the name of an office that nobody here knows' },
  },
  {
    name: "nobody writes in the office's journal",
    without: 'a ship sends changes of the journal that shore is writing',
    patches: [
      {
        file: 'src/shore/ingest/ingest.ts',
        from: 'if (origin === vessel.origin) {',
        to: "if (origin === vessel.origin + 'x') {",
      },
    ],
    test: {
      file: 'tests/integration/shore/ingest.test.ts',
      name: 'what a vessel sends of the journal that shore is writing',
    },
  },
  {
    name: 'texts that Postgres cannot hold are refused',
    without: 'a NUL in a question is a failure of the gateway',
    patches: [
      {
        file: 'src/shore/api/rest.ts',
        from: "storable(readQuery(new URL(request.url, 'http://gateway').searchParams), 'query')",
        to: "readQuery(new URL(request.url, 'http://gateway').searchParams)",
      },
    ],
    test: { file: 'tests/integration/api/hostile-queries.test.ts', name: 'no parameter of any question' },
  },
  {
    name: 'data folders are closed to others',
    without: 'everybody on the computer reads the database',
    patches: [{ file: 'src/link/private-files.ts', from: 'chmodSync(path, info.mode & 0o700);', to: ';' }],
    test: {
      file: 'tests/integration/link/private-files.test.ts',
      name: 'a data folder that everybody may read',
    },
  },
  {
    name: 'a password without TLS is told',
    without: 'mqtt:// with a password passes without a word',
    patches: [
      {
        file: 'src/link/shown-secrets.ts',
        from: 'if (tls !== null || password === null || isThisComputer(host)) return null;',
        to: 'if (tls !== null || password !== null || isThisComputer(host)) return null;',
      },
    ],
    test: { file: 'tests/unit/link/shown-secrets.test.ts', name: 'shore.example' },
  },
];
