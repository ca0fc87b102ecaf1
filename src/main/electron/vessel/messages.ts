import { z } from 'zod';
import { startSteps } from '#shared/contract/node-state.ts';
import { logLevels } from '#shared/log-level.ts';
import { settings } from '../settings.ts';

/** What the vessel's process is begun with: all that it knows of the installation. */
export const vesselStart = z.object({
  settings,
  /** Where the settings lie, to be named to people. */
  settingsFile: z.string(),
  /** Other accounts of this computer may write the settings too. */
  isShared: z.boolean(),
  /** File of the broker's password that the command line names; null for none. */
  passwordFileOfThisRun: z.string().nullable(),
  /** Folder of the database. */
  dataDirectory: z.string(),
  version: z.string(),
  logLevel: z.enum(logLevels),
  /** Null: to standard error. */
  logFile: z.string().nullable(),
  /** A checked copy that is put in the database's place first, or `newest`; null for none. */
  restoreCopy: z.string().max(200).nullable(),
});
export type VesselStart = z.infer<typeof vesselStart>;

const callId = z.number();

const copyOffered = z.object({ name: z.string(), madeAt: z.number() }).nullable();

/** From the app to the vessel's process. A call is the JSON text of the contract. */
export const toVessel = z.discriminatedUnion('do', [
  z.object({ do: z.literal('start'), start: vesselStart }),
  z.object({ do: z.literal('call'), id: callId, text: z.string() }),
  /** Answered with the reason as JSON, or null. */
  z.object({ do: z.literal('say why id is settled'), id: callId }),
  z.object({ do: z.literal('ping') }),
  /** The computer slept and is awake again. */
  z.object({ do: z.literal('resumed') }),
  z.object({ do: z.literal('close') }),
]);
export type ToVessel = z.infer<typeof toVessel>;

/** From the vessel's process to the app. Answers and events are JSON text of the contract. */
export const fromVessel = z.discriminatedUnion('told', [
  z.object({ told: z.literal('step'), step: z.enum(startSteps) }),
  z.object({ told: z.literal('up') }),
  /** It cannot start, and ends. */
  z.object({
    told: z.literal('cannot start'),
    reason: z.string(),
    mayPass: z.boolean(),
    /** Another program has the ship open. */
    isInUse: z.boolean(),
    copy: copyOffered,
  }),
  z.object({ told: z.literal('answer'), id: callId, text: z.string() }),
  z.object({ told: z.literal('event'), text: z.string() }),
  z.object({ told: z.literal('pong') }),
]);
export type FromVessel = z.infer<typeof fromVessel>;
