import type { RecordName } from '../port.ts';

/** Under what the draft of a record's form is kept. */
export const draftKey = ({ entity, id }: RecordName): string => `${entity}/${id}`;
