import type { Side } from '../side.ts';
import type { RecordDeclaration } from './define-record.ts';

export type Act = 'create' | 'change' | 'delete';

/**
 * By act, the sides whose people may do it; for an act that is not named, both. It holds for what a person asks for. A change that the
 * other side has made is taken whatever it says: what one program may write must never be refused by another one.
 */
export type Permissions = Readonly<Partial<Record<Act, readonly Side[]>>>;

/** People add records of such a kind and neither change nor delete them: what was wrong in one is set right by another. */
export const addedOnly = { change: [], delete: [] } as const satisfies Permissions;

type Declared = Pick<RecordDeclaration, 'may' | 'names'>;

/** Whether people of a side may do that with records of the kind. */
export function may({ may: permissions }: Pick<Declared, 'may'>, act: Act, side: Side): boolean {
  return permissions?.[act]?.includes(side) ?? true;
}

export function isAddedOnly({ may: permissions }: Pick<Declared, 'may'>): boolean {
  return permissions?.change?.length === 0 && permissions.delete?.length === 0;
}

/** Why an act was refused that people of a side may not do, and who may. */
export function mayNotText(spec: Declared, act: Act): string {
  const { many } = spec.names;
  if (act !== 'create' && isAddedOnly(spec))
    return `${many} are added and stay as they are. Nothing was changed; add one that sets it right.`;
  const [side] = spec.may?.[act] ?? [];
  const where = side === undefined ? 'by nobody' : side === 'vessel' ? 'only on board' : 'only by the office';
  const done = { create: 'entered', change: 'changed', delete: 'deleted' }[act];
  return `${many} are ${done} ${where}. Nothing was changed.`;
}
