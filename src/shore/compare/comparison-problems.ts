import type { NewProblem, RecordRef } from '../store/shore-store.ts';

/** So many records are told of one by one; of more, how many they are. */
const named = 20;

/** What people ashore are told of records that were repaired, and of those that could not be. */
export function comparisonProblems(
  vesselId: string,
  repaired: readonly RecordRef[],
  differing: readonly RecordRef[],
  where: 'on board' | 'ashore',
  at: number,
): NewProblem[] {
  return [
    ...told(repaired, (record) => ({
      vesselId,
      key: `repaired ${vesselId} ${where} ${record?.recordId ?? 'more'}`,
      at,
      code: 'repaired',
      message:
        record === null
          ? `${repaired.length} records of ${vesselId} were not what the journal says ${where}. They were made anew from it.`
          : `A record of ${vesselId} was not what the journal says ${where}. It was made anew from it; nothing else is to be done.`,
      entity: record?.entity ?? null,
      recordId: record?.recordId ?? null,
    })),
    ...told(differing, (record) => ({
      vesselId,
      key: `differing ${vesselId} ${record?.recordId ?? 'more'}`,
      at,
      code: 'differing',
      message:
        record === null
          ? `${differing.length} records are not the same on ${vesselId} and ashore, and could not be made so from the journals. Run npm run verify.`
          : `This record is not the same on ${vesselId} and ashore, and could not be made so from the journals: a change of it waits for an update of one of the programs, breaks a rule of one of them, or a journal was altered. Nothing was taken away on either. Run npm run verify.`,
      entity: record?.entity ?? null,
      recordId: record?.recordId ?? null,
    })),
  ];
}

function told(
  records: readonly RecordRef[],
  problemOf: (record: RecordRef | null) => NewProblem,
): NewProblem[] {
  const one = records.slice(0, named).map(problemOf);
  return records.length > named ? [...one, problemOf(null)] : one;
}
