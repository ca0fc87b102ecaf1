import { equipmentSpec } from '#shared/domain/equipment.ts';

/** What the letter means for the ship. */
export const criticalityWords = equipmentSpec.fields.criticality.words;
