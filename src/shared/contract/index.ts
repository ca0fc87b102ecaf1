import type { z } from 'zod';
import { attachmentMethods } from './attachments.ts';
import { fileTransferMethods } from './file-transfer.ts';
import { conflictMethods } from './conflicts.ts';
import { copiesMethods } from './copies.ts';
import { crewMethods } from './crew.ts';
import { draftMethods } from './drafts.ts';
import { equipmentMethods } from './equipment.ts';
import { historyMethods } from './history.ts';
import { linkMethods } from './link.ts';
import { nodeMethods } from './node.ts';
import { recordMethods } from './records.ts';
import { storageMethods } from './storage.ts';
import { syncMethods } from './sync.ts';
import { vesselMethods } from './vessel.ts';
import { workOrderMethods } from './work-orders.ts';

/** Everything a screen may ask of the vessel. Electron IPC and the station host carry exactly this. */
export const contract = {
  ...vesselMethods,
  ...recordMethods,
  ...crewMethods,
  ...equipmentMethods,
  ...workOrderMethods,
  ...attachmentMethods,
  ...conflictMethods,
  ...historyMethods,
  ...draftMethods,
  ...syncMethods,
  ...storageMethods,
  ...copiesMethods,
  ...linkMethods,
  ...fileTransferMethods,
  ...nodeMethods,
};

export type Contract = typeof contract;
export type MethodName = keyof Contract;
/** What a caller passes: defaults may be left out. */
export type MethodInput<N extends MethodName> = z.input<Contract[N]['input']>;
/** What a handler receives: parsed, defaults filled in. */
export type ParsedInput<N extends MethodName> = z.output<Contract[N]['input']>;
export type MethodOutput<N extends MethodName> = z.output<Contract[N]['output']>;

/** True when `name` is a method of the contract. */
export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(contract, name);
}
