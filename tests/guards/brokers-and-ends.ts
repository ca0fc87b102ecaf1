import type { Guard } from './guard.ts';

const smallMessages = 'tests/integration/sync/small-messages.test.ts';
const lateHello = 'tests/integration/sync/late-hello.test.ts';

/** Brokers as they are, and ends that are replaced, emptied, doubled or asleep. */
export const brokersAndEnds: readonly Guard[] = [
  {
    name: 'a late hello says nothing',
    without: 'one hello that a broker delivers twice alarms both ends',
    patches: [
      {
        file: 'src/shore/ingest/take-hello.ts',
        from: 'return at <= last.at && behind >= 0 && behind <= mostLate;',
        to: 'return at <= last.at && behind > mostLate;',
      },
    ],
    test: { file: lateHello, name: 'that comes once more changes nothing' },
  },
  {
    name: 'a false alarm is taken back',
    without: 'it stays for a day though both ends were found equal',
    patches: [
      {
        file: 'src/shore/ingest/take-hello.ts',
        from: '      await tx.concludeProblem(vesselNotBehind(vesselId, hello.origin, now));',
        to: '      await Promise.resolve();',
      },
    ],
    test: { file: lateHello, name: 'is taken back when both are found equal' },
  },
  {
    name: 'the delivery promise holds for acknowledgements',
    without: '--qos changes= does not reach down/ack',
    patches: [
      {
        file: 'src/shore/gateway/gateway-messages.ts',
        from: '{ qos: qos.changes }',
        to: '{ qos: 1 }',
      },
    ],
    test: { file: 'tests/integration/shore/quality-of-service.test.ts', name: 'everything that shore sends' },
  },
  {
    name: 'a ship that comes up is sent to after its hello',
    without: 'what waits leaves twice, once after the presence and once after the hello',
    patches: [
      {
        file: 'src/shore/gateway/vessel-sender.ts',
        from: 'this.#helloBy = this.#dependencies.environment.monotonic() + helloWithinMs;',
        to: '',
      },
    ],
    test: { file: 'tests/integration/shore/takes.test.ts', name: 'go once to a vessel that comes up' },
  },
  {
    name: 'what nobody has as changes goes up as records',
    without: 'records of a replaced computer never reach an emptied office, while all is said to agree',
    patches: [
      {
        file: 'src/main/vessel/sync/base/base-upload.ts',
        from: 'const next = this.#planned();',
        to: 'const next = this.#planned.length < 0 ? this.#planned() : null;',
      },
    ],
    test: {
      file: 'tests/integration/sync/emptied-office.test.ts',
      name: 'the records that nobody has as changes',
    },
  },
  {
    name: 'verify knows where a snapshot begins',
    without: 'an untouched computer that began from a snapshot is said to be altered',
    patches: [
      {
        file: 'src/main/vessel/store/verify/read-holding.ts',
        from: '      if (base?.number === number) return base.hash;\n',
        to: '      if (base?.number === -1) return base.hash;\n',
      },
    ],
    test: {
      file: 'tests/integration/sync/verify-both.test.ts',
      name: 'a computer that began from a snapshot',
    },
  },
  {
    name: 'messages go in pieces',
    without: 'where a broker takes 64 kB a replaced computer gets none of its records',
    patches: [
      {
        file: 'src/shared/sync/sized-messages.ts',
        from: 'const pieces = payload.length > most ? piecesFor(topic, payload, options, most) : null;',
        to: 'const pieces = payload.length > most * 1e9 ? piecesFor(topic, payload, options, most) : null;',
      },
    ],
    test: { file: smallMessages, name: 'of 64 kB: a computer that is replaced' },
  },
  {
    name: 'a refusal for its size is not a broken connection',
    without: 'connect, send, cut, for ever with the same message',
    patches: [
      {
        file: 'src/shared/sync/sized-messages.ts',
        from: "if (reason !== 'said') throw cause;",
        to: 'throw cause;',
      },
    ],
    test: { file: smallMessages, name: 'one long note for a ship' },
  },
  {
    name: 'files are read again',
    without: 'a password that is put right needs a restart',
    patches: [{ file: 'src/link/mqtt-link.ts', from: '    readAgain();', to: '' }],
    test: { file: 'tests/integration/link/put-right.test.ts', name: 'a password that is put right' },
  },
  {
    name: 'sleep is noticed',
    without: 'after waking it takes minutes until the dead connection is given up',
    patches: [
      {
        file: 'src/link/mqtt-link.ts',
        from: 'if (passed < lookEveryMs + sleptMs) return;',
        to: 'if (passed < Infinity) return;',
      },
    ],
    test: { file: 'tests/integration/link/put-right.test.ts', name: 'a computer that slept' },
  },
  {
    name: 'two programs under one name are told',
    without: 'they throw each other out for ever with no right word',
    patches: [
      {
        file: 'src/link/rivals.ts',
        from: 'if (isTakenOver || this.#lost.length < often) return failure;',
        to: 'if (isTakenOver || this.#lost.length < often * 1_000) return failure;',
      },
    ],
    test: { file: 'tests/integration/link/rivals.test.ts', name: 'a broker that cuts without a word' },
  },
  {
    name: 'another ship waits for the office',
    without: 'the records of two ships under one id are merged for good',
    patches: [
      {
        file: 'src/shore/ingest/take-hello.ts',
        from: "if (verdict.outcome === 'held') {",
        to: "if (verdict.outcome === 'held' && verdict.events.length < 0) {",
      },
    ],
    test: { file: 'tests/integration/sync/two-ships.test.ts', name: 'the second is held' },
  },
  {
    name: 'mqtt-packet keeps no lengths',
    without: "the node's memory grows with every message length that it has written",
    patches: [
      {
        file: 'src/link/mqtt-lengths.ts',
        from: 'numbers.genBufVariableByteInt = (length) => {',
        to: 'void ((length: number): Buffer => {',
      },
      {
        file: 'src/link/mqtt-lengths.ts',
        from: '  return own;\n};',
        to: '  return own;\n});',
      },
    ],
    test: { file: 'tests/unit/link/mqtt-memory.test.ts', name: 'packets of many lengths' },
  },
];
