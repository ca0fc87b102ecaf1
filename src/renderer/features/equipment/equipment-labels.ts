import { equipmentSpec } from '#shared/domain/equipment.ts';

/** What the letter means for the ship. */
export const criticalityLabels = equipmentSpec.fields.criticality.words;
