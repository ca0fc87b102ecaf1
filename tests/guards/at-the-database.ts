import type { Guard } from './guard.ts';

const wellAgain = 'tests/integration/shore/database-faults/well-again.test.ts';
const trouble = 'tests/integration/api/database-trouble.test.ts';

/** The gateway and its Postgres. */
export const atTheDatabase: readonly Guard[] = [
  {
    name: 'a broken connection is given back',
    without: 'each transaction on a connection that broke keeps one of the pool for ever',
    patches: [
      {
        file: 'src/shore/store/lease.ts',
        from: '      this.#client.release(this.#failure);\n',
        to: '',
      },
    ],
    test: { file: wellAgain, name: 'sessions cut by the server forty times' },
  },
  {
    name: 'a silent server is given up',
    without: 'whoever asks a server behind a dead network waits for minutes',
    patches: [
      {
        file: 'src/shore/store/lease.ts',
        from: 'this.#client.connection.stream.destroy();\n  }\n\n  /** Gives',
        to: '}\n\n  /** Gives',
      },
    ],
    test: { file: wellAgain, name: 'a network that swallows everything' },
  },
  {
    name: 'a statement ends after its time',
    without: 'one slow statement holds its connection for as long as it likes',
    patches: [
      { file: 'src/shore/store/patience.ts', from: '  statement: 10_000,', to: '  statement: 610_000,' },
      { file: 'src/shore/store/patience.ts', from: '  answer: 12_000,', to: '  answer: 612_000,' },
    ],
    test: { file: wellAgain, name: 'a statement that takes too long ends' },
  },
  {
    name: 'statements have names',
    without: 'the server parses and plans each write anew',
    patches: [
      {
        file: 'src/shore/store/postgres.ts',
        from: 'prepared ? new StatementNames() : null',
        to: 'prepared ? null : null',
      },
    ],
    test: { file: 'tests/integration/shore/prepared-statements.test.ts', name: 'a write is prepared once' },
  },
  {
    name: 'look-ups of many are planned anew',
    without: 'a plan kept from an empty table compares every row with every value',
    patches: [
      { file: 'src/shore/store/bulk.ts', from: 'const fewValues = 10;', to: 'const fewValues = 1e9;' },
    ],
    test: { file: 'tests/unit/shore/statement-names.test.ts', name: 'gives a look-up of many none' },
  },
  {
    name: 'each of those who write together has its own outcome',
    without: 'what Postgres refuses of one writer fails those who share its transaction',
    patches: [
      {
        file: 'src/shore/record-and-publish.ts',
        from: "const isOnesFault = !(error instanceof ShoreFailure) && databaseFault(error) === 'refused';",
        to: 'const isOnesFault = false;',
      },
    ],
    test: {
      file: 'tests/integration/shore/writing-together.test.ts',
      name: 'what Postgres cannot take fails its writer alone',
    },
  },
  {
    name: 'the health question is outside the limit',
    without: 'a monitor is told 429 and sees an outage that is none',
    patches: [
      { file: 'src/shore/api/rest.ts', from: 'isHealth(name) ? { rateLimit: false } : {}', to: '{}' },
    ],
    test: {
      file: 'tests/integration/api/hostile-queries.test.ts',
      name: 'a monitor is answered whatever else',
    },
  },
  {
    name: 'a database that takes no writes is not well',
    without: 'health says ok while Postgres is read-only',
    patches: [
      {
        file: 'src/shore/store/database-standing.ts',
        from: "if (databaseFault(error) !== 'away') return;",
        to: "if (databaseFault(error) !== 'away' || databaseCode(error) === '25006') return;",
      },
    ],
    test: { file: trouble, name: 'one that takes no writes is told within seconds' },
  },
  {
    name: 'room is tried before it is said to be there',
    without: 'a full disk counts as well again at the next question',
    patches: [
      {
        file: 'src/shore/store/database-standing.ts',
        from: 'const roomCodes = /^(53100|58030)$/;',
        to: 'const roomCodes = /^never$/;',
      },
    ],
    test: { file: trouble, name: 'a disk without room is told' },
  },
  {
    name: 'an act of the office has one deadline',
    without: "while a DBA's lock lasts a write waits through every further attempt",
    patches: [
      {
        file: 'src/shore/store/patience.ts',
        from: 'export const officeAct = 22_000;',
        to: 'export const officeAct = 600_000;',
      },
      {
        file: 'src/shore/api/rest.ts',
        from: 'const answeredWithin = 28_000;',
        to: 'const answeredWithin = 600_000;',
      },
    ],
    test: { file: trouble, name: "while a DBA's lock lasts" },
  },
  {
    name: 'one gateway has a folder of PGlite',
    without: "a second gateway overwrites the first one's pages",
    patches: [
      {
        file: 'src/shore/store/pglite.ts',
        from: 'if (unlock !== null) return unlock;',
        to: 'if (unlock !== null || unlock === null) return unlock ?? ((): void => undefined);',
      },
    ],
    test: { file: 'tests/integration/api/cannot-start.test.ts', name: 'the second is refused in words' },
  },
  {
    name: 'an error is logged by what it may say',
    without: "the log holds people's records and the secret by which a client is cancelled",
    patches: [
      {
        file: 'src/link/logged-error.ts',
        from: 'for (const fact of facts) {',
        to: 'for (const fact of [...facts, ...Object.keys(error)]) {',
      },
    ],
    test: { file: 'tests/unit/link/logged-error.test.ts', name: 'a failed query is logged' },
  },
  {
    name: 'a gateway that is gone is heard of',
    without: 'its ships wait for a minute until another may send to them',
    patches: [
      {
        file: 'src/shore/gateway/other-gateways.ts',
        from: 'if (isGone(payload)) this.#onGone',
        to: 'if (isGone(payload) && payload.length === 0) this.#onGone',
      },
    ],
    test: { file: 'tests/integration/sync/gateways.test.ts', name: 'by kill -9' },
  },
];
