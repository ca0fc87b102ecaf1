/**
 * What was asked of ship and office and what was answered, kept apart from both, so that afterwards it can be held
 * against what they have.
 */
export interface Write {
  /** Stands in a field of the change and in no other; for a delete the id of the record. */
  mark: string;
  side: 'ship' | 'office';
  operation: 'create' | 'update' | 'delete';
  /**
   * `answered`: said to be done, so it has to be there, once. `refused`: said not to be done, so it must not be.
   * `unanswered`: nobody knows; it may be there, once.
   */
  outcome: 'answered' | 'refused' | 'unanswered';
}

/** Where a mark was found: the change's own number, so that two findings of one change are one. */
export type Found = ReadonlyMap<string, readonly string[]>;

export interface Judged {
  lost: string[];
  doubled: string[];
}

/**
 * Holds the ledger against what the journals of both ends hold.
 * @param ends by the end's name: mark → the changes (`origin#number`) in which it stands
 */
export function judge(writes: readonly Write[], ends: Readonly<Record<string, Found>>): Judged {
  const judged: Judged = { lost: [], doubled: [] };
  for (const { mark, side, operation, outcome } of writes) {
    const name = `${operation} ${mark} (${side}, ${outcome})`;
    for (const [end, found] of Object.entries(ends)) {
      const places = found.get(mark) ?? [];
      if (outcome === 'answered' && places.length === 0) judged.lost.push(`${name} is not in ${end}`);
      if (places.length > 1) judged.doubled.push(`${name} is in ${end} as ${places.join(' and ')}`);
      if (outcome === 'refused' && places.length > 0)
        judged.doubled.push(`${name} is in ${end} as ${places.join(' and ')}`);
    }
  }
  return judged;
}
