import { describe, expect, test } from 'vitest';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { settledMismatch, type SettledConflict } from '#shared/sync/settled-check.ts';
import { changeOf } from './changes.ts';

const raised = changeOf({ operation: 'create', fields: { title: 'Renew gasket' }, number: 1, at: 1_000 });
const ours = changeOf({ fields: { title: 'Renew seal' }, number: 2, at: 2_000, actorName: 'J. Berg' });
const chosen = changeOf({ fields: { title: 'Renew both' }, number: 3, at: 3_000, actorName: 'A. Rossi' });

const shown = ({ fields, actorName, device, at }: typeof raised) => ({
  value: fields['title'] ?? null,
  by: actorName,
  device,
  at,
  side: 'vessel' as const,
});

function settled(change: Partial<SettledConflict['heads'][number]> = {}): SettledConflict {
  return {
    field: 'title',
    heads: [shown(ours), { ...shown(raised), ...change }],
    base: null,
    settlement: { ...shown(chosen), deleted: false },
  };
}

describe('what a settled conflict shows', () => {
  const history = [raised, ours, chosen];

  test('was written by whom it says, or is told', () => {
    expect(settledMismatch(workOrderSpec, settled(), history)).toBeNull();
    expect(settledMismatch(workOrderSpec, settled({ by: 'Nobody' }), history)).toContain('by whom it says');
    expect(settledMismatch(workOrderSpec, settled({ at: 1_001 }), history)).toContain('by whom it says');
    expect(settledMismatch(workOrderSpec, settled({ value: 'Another' }), history)).toContain('by whom');
  });

  test('may name nobody, where its record had come as a state and its changes came later', () => {
    const bare = { by: '', device: '' };
    expect(settledMismatch(workOrderSpec, settled(bare), history)).toBeNull();
    expect(settledMismatch(workOrderSpec, settled({ ...bare, at: 1_001 }), history)).toContain('by whom');
    expect(settledMismatch(workOrderSpec, settled({ ...bare, value: 'Another' }), history)).toContain(
      'by whom',
    );
    expect(settledMismatch(workOrderSpec, settled({ ...bare, side: 'shore' }), history)).toContain('by whom');
    // Who decided was known as it was decided.
    const nobody = { ...settled(), settlement: { ...shown(chosen), ...bare, deleted: false } };
    expect(settledMismatch(workOrderSpec, nobody, history)).toContain('what settled it');
    const state = { ...raised, actorName: '', device: '' };
    expect(settledMismatch(workOrderSpec, settled({ ...bare, at: 1_001 }), [state, ours, chosen])).toBeNull();
  });
});
