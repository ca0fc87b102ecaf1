import type { Guard } from './guard.ts';

const damaged = 'tests/integration/vessel/damaged.test.ts';
const trouble = 'tests/integration/vessel/disk-trouble.test.ts';
const failures = 'src/main/vessel/storage/storage-failure.ts';
const storage = 'src/main/vessel/storage/storage.ts';

/** The ship's database and its disk. */
export const onDisk: readonly Guard[] = [
  {
    name: 'damage stops writing',
    without: 'orders go on into a damaged file',
    patches: [
      { file: failures, from: "['SQLITE_CORRUPT', 'damaged'],", to: '' },
      { file: 'src/main/vessel/storage/upkeep.ts', from: 'else storage.damage(damage);', to: '' },
    ],
    test: { file: damaged, name: 'is found by the read that meets it' },
  },
  {
    name: 'the file is looked through while the node runs',
    without: 'damage that no page on screen meets is found by nobody',
    patches: [{ file: 'src/main/vessel/storage/upkeep.ts', from: 'else storage.damage(damage);', to: '' }],
    test: { file: damaged, name: 'is found while the node runs' },
  },
  {
    name: 'a used folder is not begun anew',
    without: 'an emptied or missing database starts as new, and unsent work is gone without a word',
    patches: [
      {
        file: 'src/main/vessel/store/open-database.ts',
        from: 'if (isNew) refuseUsedFolder(directory, file);',
        to: 'if (isNew) void 0;',
      },
    ],
    test: { file: damaged, name: 'gone, with its log still there' },
  },
  {
    name: 'a log that was lost is told',
    without: 'changes that stood in the WAL are gone and nobody hears of it',
    patches: [
      {
        file: 'src/main/vessel/storage/lost-changes.ts',
        from: 'if (held >= last || isFormer) return null;',
        to: 'if (held >= 0 || isFormer) return null;',
      },
    ],
    test: { file: damaged, name: 'a log that is lost' },
  },
  {
    name: 'another program that holds the database is waited for',
    without: 'a write is refused at once, or all screens stand while it waits',
    patches: [
      {
        file: 'src/main/vessel/dispatch.ts',
        from: "if (storageFailureOf(cause) !== 'busy' ||",
        to: "if (storageFailureOf(cause) === 'busy' ||",
      },
    ],
    test: { file: trouble, name: 'screens go on, a write waits for it' },
  },
  {
    name: 'only another node is another node',
    without: "a folder that may not be written to is said to be another program's",
    patches: [
      { file: 'src/main/vessel/store/open-database.ts', from: '  mayBeWritten(directory, file);\n', to: '' },
    ],
    test: { file: trouble, name: 'the folder: refused at the start' },
  },
  {
    name: 'a full disk is told and passes',
    without: 'a full disk is an unexpected failure, and stays one',
    patches: [
      { file: failures, from: "SQLITE_FULL: 'full',", to: '' },
      { file: failures, from: "ENOSPC: 'full',", to: '' },
    ],
    test: { file: trouble, name: 'is told in words while it lasts' },
  },
  {
    name: 'timers survive the disk',
    without: 'a timer that cannot write ends the program',
    patches: [
      {
        file: storage,
        from: "const failure = this.guard('timer', action);",
        to: "action();\n          const failure = this.isDamaged ? ('damaged' as const) : null;",
      },
    ],
    test: {
      file: 'tests/integration/vessel/storage-timers.test.ts',
      name: 'what a timer could not write',
    },
  },
  {
    name: 'merged notes may be longer than typed ones',
    without: 'notes that grew by merging block every further note',
    patches: [
      {
        file: 'src/shared/records/work-order.ts',
        from: 'z.object({ ...workOrderFields.shape, notes: z.string() })',
        to: 'z.object({ ...workOrderFields.shape })',
      },
    ],
    test: {
      file: 'tests/integration/vessel/hostile-changes.test.ts',
      name: 'notes that are longer together than one may type',
    },
  },
  {
    name: 'verify recomputes who changed a record last',
    without: "'Verified' is said over an altered updated_by",
    patches: [
      {
        file: 'src/main/vessel/store/verify/verify-authors.ts',
        from: 'if (by !== updatedBy)',
        to: 'if (by !== updatedBy && by === null)',
      },
    ],
    test: {
      file: 'tests/integration/vessel/verify-every-column.test.ts',
      name: 'names a value altered in work_order.updated_by',
    },
  },
  {
    name: 'verify recomputes why a change was parked',
    without: "'Verified' is said where an order was hidden by calling it parked",
    patches: [
      {
        file: 'src/shared/sync/applied-check.ts',
        from: 'if (applied === right) return',
        to: "if (applied === right || applied === 'parked') return",
      },
    ],
    test: {
      file: 'tests/integration/vessel/verify-every-column.test.ts',
      name: 'that was made out to be parked',
    },
  },
];
