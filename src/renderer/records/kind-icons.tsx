import { Cog, Layers, type LucideIcon, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { crewMemberSpec } from '#shared/records/crew-member.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';

const icons: ReadonlyMap<string, LucideIcon> = new Map([
  [equipmentSpec.entity, Cog],
  [crewMemberSpec.entity, Users],
]);

/** The icon of a kind; one for all that have none of their own. */
export function kindIcon(entity: string, size: number): ReactNode {
  const Icon = icons.get(entity) ?? Layers;
  return <Icon size={size} aria-hidden="true" />;
}
