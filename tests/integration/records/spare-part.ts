import { defineRecord, field, orNothing } from '#shared/records/define-record.ts';
import { storableText } from '#shared/domain/storable-text.ts';
import { z } from 'zod';

/** A kind of record that the program does not have, declared as one of its own would be. */
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
});
