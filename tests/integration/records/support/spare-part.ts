import { defineRecord, field, orNothing } from '#shared/records/define-record.ts';
import { storableText } from '#shared/domain/storable-text.ts';
import { z } from 'zod';

/** Kinds of records that the program does not have, declared as those of its own are. */
export const sparePart = defineRecord({
  entity: 'spare_part',
  names: { one: 'Spare part', many: 'Spare parts' },
  title: ['partNumber', 'name'],
  fields: {
    number: { ...field.text('Number', z.string().regex(/^SP-\d{4}-\d{6}$/)), given: 'never' },
    partNumber: field.text('Part number', storableText.min(1).max(40)),
    name: field.text('Name', storableText.min(1).max(120)),
    onHand: { ...field.whole('On hand', z.number().int().min(0)), begins: 0 },
    store: { ...field.choice('Store', { engine: 'Engine store', deck: 'Deck store' }), begins: 'engine' },
    equipmentId: orNothing(field.reference('Equipment', 'equipment')),
  },
  urgentWhen: null,
  number: { field: 'number', prefix: 'SP' },
  attachments: true,
  may: { delete: ['shore'] },
});

/** What of it lies where: lines of a spare part, shown and deleted with it. */
export const stockLine = defineRecord({
  entity: 'stock_line',
  names: { one: 'Stock line', many: 'Stock lines' },
  title: ['shelf'],
  fields: {
    sparePartId: field.reference('Spare part', 'spare_part'),
    shelf: field.text('Shelf', storableText.min(1).max(20)),
    pieces: { ...field.whole('Pieces', z.number().int().min(0)), begins: 0 },
  },
  urgentWhen: null,
  parent: 'sparePartId',
});

/** What the catalogue gets. */
export const declaredHere = [sparePart, stockLine] as const;
