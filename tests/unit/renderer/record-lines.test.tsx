import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { type RecordDeclaration, defineRecord, field } from '#shared/records/define-record.ts';
import { addedOnly } from '#shared/records/may.ts';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import { shipTime } from '../../../src/renderer/lib/format.ts';
import { createDrafts } from '../../../src/renderer/lib/drafts.ts';
import { parseRecordDraft } from '../../../src/renderer/records/form/record-draft.ts';
import { kindsReachedFrom, pagedAmong, placedKinds } from '../../../src/renderer/records/kinds.ts';
import { LineSection } from '../../../src/renderer/records/lines/line-section.tsx';
import { newLineKey, partWords, within } from '../../../src/renderer/records/lines/within.ts';
import type { SeenDetail } from '../../../src/renderer/records/port.ts';
import { type RecordSite, RecordSiteContext } from '../../../src/renderer/records/site.ts';

const chest = defineRecord({
  entity: 'chest',
  names: { one: 'Chest', many: 'Chests' },
  title: ['name'],
  fields: { name: field.text('Name', z.string().min(1)) },
  urgentWhen: null,
});
const item = defineRecord({
  entity: 'chest_item',
  names: { one: 'Item', many: 'Items' },
  title: ['name'],
  fields: {
    chestId: field.reference('Chest', 'chest'),
    name: field.text('Name', z.string().min(1)),
    pieces: field.whole('Pieces', z.number().int().min(0)),
  },
  urgentWhen: null,
  parent: 'chestId',
});
const key = defineRecord({
  entity: 'chest_key',
  names: { one: 'Key', many: 'Keys' },
  title: ['name'],
  fields: { chestId: field.reference('Chest', 'chest'), name: field.text('Name', z.string().min(1)) },
  urgentWhen: null,
  reachedFrom: 'chestId',
});
const kinds: readonly RecordDeclaration[] = [...recordSpecs, chest, item, key];
const names = (specs: readonly RecordDeclaration[]) => specs.map(({ entity }) => entity);

describe('The pages of a screen', () => {
  test('are of kinds that are neither lines nor reached from another', () => {
    expect(names(placedKinds(kinds))).toEqual(['equipment', 'crew_member', 'chest']);
    expect(names(pagedAmong(kinds))).toEqual([
      'equipment',
      'crew_member',
      'meter',
      'meter_reading',
      'chest',
      'chest_key',
    ]);
  });

  test('lead to what is reached from them', () => {
    expect(names(kindsReachedFrom('chest', kinds))).toEqual(['chest_key']);
    expect(names(kindsReachedFrom('equipment'))).toEqual(['meter']);
    expect(names(kindsReachedFrom('meter'))).toEqual(['meter_reading']);
  });

  test('of every kind that is reached from another can be come to', () => {
    for (const { entity, fields, reachedFrom } of pagedAmong(recordSpecs)) {
      if (reachedFrom === undefined) continue;
      const from = fields[reachedFrom]?.refersTo ?? '';
      expect(names(pagedAmong(recordSpecs)), entity).toContain(from);
    }
  });
});

const conflict: OpenConflict = {
  id: 'c',
  field: 'name',
  at: '2026-12-01T00:00:00.000Z',
  candidates: [],
} as never;

function line(id: string, name: string, conflicts: readonly OpenConflict[] = []): SeenDetail {
  return {
    entity: item.entity,
    id,
    title: name,
    values: { chestId: 'chest', name, pieces: 3 },
    referenced: { chestId: 'Medicine chest' },
    updatedAt: '2026-12-01T00:00:00.000Z',
    updatedBy: 'Chief officer',
    sync: conflicts.length === 0 ? 'local' : 'conflict',
    versions: {},
    conflicts,
  };
}

const time = shipTime('Europe/Oslo');

/** Of a site what is looked at while lines are drawn. */
function siteWith(drafts: RecordSite['drafts']): RecordSite {
  const seen: Partial<RecordSite> = {
    time,
    drafts,
    port: { find: () => Promise.resolve([]) } as never,
    now: () => 0,
    standing: { name: 'With shore', mark: (sync) => createElement('i', null, `mark ${sync}`) },
    addressOf: () => null,
  };
  return seen as RecordSite;
}

/** Drafts that are in this process alone. */
const keptNowhere = (): RecordSite['drafts'] =>
  createDrafts({
    keeper: {
      read: () => Promise.resolve(new Map()),
      keep: () => Promise.resolve(),
      discard: () => Promise.resolve(),
      onLeaving: () => {},
    },
    clock: { now: () => 0, after: () => () => {} },
    prefix: '',
    parse: parseRecordDraft,
  });

function drawn(
  rows: readonly SeenDetail[],
  { spec = item, drafts = keptNowhere() }: { spec?: RecordDeclaration; drafts?: RecordSite['drafts'] } = {},
): string {
  const section = createElement(LineSection, {
    spec,
    field: 'chestId',
    parentId: 'chest',
    rows,
    mayEdit: true,
    note: partWords(rows.length, rows.length, String),
  });
  return renderToStaticMarkup(createElement(RecordSiteContext, { value: siteWith(drafts) }, section));
}

describe('The lines of a record', () => {
  test('stand in a table by what their kind declares, without the record that they belong to', () => {
    const html = drawn([line('1', 'Bandages'), line('2', 'Tourniquet')]);
    expect(html).toContain('>Items</h3>');
    expect(html).toContain('>Pieces</th>');
    expect(html).not.toContain('>Chest</th>');
    expect(html).toContain('Bandages');
    expect(html).toContain('aria-label="Change Tourniquet"');
    expect(html).toContain('New item');
  });

  test('have marks of their own, and the way to what is to be decided in one', () => {
    const html = drawn([line('1', 'Bandages'), line('2', 'Tourniquet', [conflict])]);
    expect(html).toContain('mark local');
    expect(html).toContain('mark conflict');
    expect(html).toContain('aria-label="Decide the conflict in Tourniquet"');
    expect(html).not.toContain('Decide the conflict in Bandages');
  });

  test('may be none', () => {
    expect(drawn([])).toContain('No items yet.');
  });

  test('are added and not changed, where their kind says so', () => {
    const html = drawn([line('1', 'Bandages')], { spec: { ...item, may: addedOnly } });
    expect(html).toContain('New item');
    expect(html).not.toContain('Change Bandages');
    expect(html).not.toContain('Delete item');
  });

  test('stand with the form open that somebody began there', () => {
    const drafts = keptNowhere();
    expect(drawn([], { drafts })).not.toContain('<form');
    drafts.keep(newLineKey(item.entity, 'chest'), { values: { name: 'Splints' }, before: null });
    const html = drawn([], { drafts });
    expect(html).toContain('value="Splints"');
    // The record that it belongs to is not asked for.
    expect(html).not.toContain('>Chest<');
  });

  test('say that there are more than are shown', () => {
    expect(partWords(500, 1_200, String)).toBe('The first 500 of 1200');
    expect(partWords(500, 500, String)).toBeNull();
  });

  test('have a form without the field that holds their record', () => {
    expect(Object.keys(within(item, 'chestId').fields)).toEqual(['name', 'pieces']);
  });
});
