import { useMemo } from 'react';
import { useSession } from '../../../lib/app-services/context.ts';
import { useRecordSite } from '../../../records/site.ts';
import type { Reference } from '../../../records/words/field-labels.ts';
import type { RecordLabels } from '../../../records/words/record-labels.ts';
import { useLabels } from '../../../records/words/use-labels.ts';

/** What is needed to show and to edit orders of one ship. */
export interface OrderLabels extends RecordLabels {
  /** Crew that can be chosen. */
  crew: readonly { id: string; name: string; rank: string }[];
}

/** The same on board. */
export function useOrderLabels(references: readonly Reference[]): OrderLabels {
  const crew = useSession((known) => known.crew);
  const labels = useLabels(useRecordSite(), references);
  return useMemo(() => ({ ...labels, crew }), [labels, crew]);
}
