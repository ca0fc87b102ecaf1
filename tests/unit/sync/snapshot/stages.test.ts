import { describe, expect, test } from 'vitest';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { belongsTo, stages, stagesOf } from '#shared/sync/snapshot/cursor.ts';

describe('the stages of a snapshot', () => {
  test.each(recordSpecs.map(({ entity }) => entity))('bring every %s, in one stage', (entity) => {
    for (const status of entity === 'work_order' ? ['open', 'completed', 'cancelled'] : [null])
      expect(stages.filter((stage) => belongsTo(stage, entity, { status }))).toHaveLength(1);
  });

  test('bring a kind that is declared later after those that programs on board know by number', () => {
    const today = stagesOf(recordSpecs);
    expect(today.map((stage) => (stage.kind === 'rows' ? stage.entity : stage.kind))).toEqual([
      'equipment',
      'crew_member',
      'work_order',
      'work_order',
      'bare',
      'attachment',
      'meter',
      'meter_reading',
    ]);
    const later = stagesOf([...recordSpecs, { entity: 'spare_part', since: 3 }]);
    expect(later).toEqual([
      ...today,
      { name: 'spare_part', kind: 'rows', entity: 'spare_part', among: null, since: 3 },
    ]);
  });

  test('are refused where a kind takes the place of another, or leaves one out', () => {
    for (const place of [3, 4, 9])
      expect(() => stagesOf([...recordSpecs, { entity: 'spare_part', snapshot: [{ place }] }])).toThrow(
        /places in a snapshot/,
      );
  });
});
