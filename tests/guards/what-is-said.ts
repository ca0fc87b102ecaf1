import type { Guard } from './guard.ts';

/** What stands on a screen. */
export const whatIsSaid: readonly Guard[] = [
  {
    name: 'contents that wait are not in step',
    without: "a photo that waits for its budget stands under 'In step'",
    patches: [
      {
        file: 'src/main/vessel/sync/status.ts',
        from: "standing.agreement.state === 'equal' && contents.attachments > 0",
        to: "standing.agreement.state === 'equal' && contents.attachments < 0",
      },
    ],
    test: {
      file: 'tests/integration/attachments/travel.test.ts',
      name: 'counts as waiting wherever either end says',
    },
  },
  {
    name: 'a row counts what is attached',
    without: "the order's mark is full while its photo is not ashore",
    patches: [
      {
        file: 'src/main/vessel/attachments/attached-standing.ts',
        from: "lacking !== 0 || outbox.standingOf(versions) !== 'held'",
        to: "lacking < 0 || outbox.standingOf(versions) === 'conflict'",
      },
    ],
    test: {
      file: 'tests/integration/attachments/travel.test.ts',
      name: 'counts as waiting wherever either end says',
    },
  },
  {
    name: 'offline since the last contact',
    without: "'Offline 15 min' seconds after the cut, by a will that was written at the start",
    patches: [
      {
        file: 'src/shore/vessels/summary.ts',
        from: 'return vessel.online === true ? vessel.presence_since : iso(vessel.last_contact_at);',
        to: 'return vessel.presence_since;',
      },
    ],
    test: {
      file: 'tests/integration/shore/gateway.test.ts',
      name: 'a ship that is gone is offline since its last contact',
    },
  },
  {
    name: 'not in step before the first snapshot is whole',
    without: "a replaced computer says 'In step' over an empty list",
    patches: [
      {
        file: 'src/renderer/features/sync/link-labels.ts',
        from: 'if (snapshot !== null) return say',
        to: 'if (snapshot !== null && snapshot.total < 0) return say',
      },
    ],
    test: { file: 'tests/unit/renderer/link-labels.test.ts', name: 'how far a new computer has come' },
  },
  {
    name: 'metrics make no series of names that strangers take',
    without: 'whoever sends under a hundred thousand names fills the memory of gateway and monitor',
    patches: [
      {
        file: 'src/shore/gateway/refused-messages.ts',
        from: 'sender !== null && this.#known.has(sender) ? sender : strangers',
        to: 'sender ?? strangers',
      },
    ],
    test: { file: 'tests/integration/api/metrics.test.ts', name: 'make no series of names' },
  },
];
