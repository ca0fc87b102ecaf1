import type { ReactNode } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import { useRecordSite } from '../site.ts';
import { referencesOf } from '../words/field-labels.ts';
import { useLabels } from '../words/use-labels.ts';
import { ConflictBrief } from './conflict-brief.tsx';

/** The values of one contested field of a record of this site, with the names of what they point to. */
export function ContestedField({ entity, conflict }: { entity: string; conflict: OpenConflict }): ReactNode {
  const { field, values } = conflict;
  const references = referencesOf(
    { entity, field },
    values.map(({ value }) => value),
  );
  return (
    <ConflictBrief entity={entity} conflict={conflict} labels={useLabels(useRecordSite(), references)} />
  );
}
