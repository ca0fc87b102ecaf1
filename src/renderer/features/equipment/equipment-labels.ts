import { equipmentSpec } from '#shared/records/equipment.ts';

/** What the letter means for the ship. */
export const criticalityLabels = equipmentSpec.fields.criticality.words;
