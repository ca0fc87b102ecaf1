import { z } from 'zod';
import { timeZoneName, wordsUpTo } from '../domain/names.ts';
import { vesselId } from '../sync/topics.ts';
import { copyContents, copyNotes } from './copies.ts';

/** Files that make up who we and the broker are to each other over TLS. */
export const brokerFiles = ['ca', 'cert', 'key'] as const;
export type BrokerFile = (typeof brokerFiles)[number];

/** `kept`: the one that is set; null: none; else what the app calls a file that was just chosen. */
const fileChoice = z.string().max(40).nullable();

export const linkChoice = z.strictObject({
  /** Null: no office yet, so that nothing leaves the ship. */
  mqtt: z.string().trim().min(1, 'Give the broker’s address').max(300).nullable(),
  mqttUser: z.string().trim().max(200),
  /** Null: as it is; empty: none. */
  password: z.string().max(500).nullable(),
  ca: fileChoice,
  cert: fileChoice,
  key: fileChoice,
});
export type LinkChoice = z.infer<typeof linkChoice>;

/** What a person sets; the names are those of `arus.json` where they are kept there. */
export const installationChoice = z.strictObject({
  vessel: vesselId,
  name: wordsUpTo(80),
  device: wordsUpTo(60),
  timeZone: timeZoneName,
  link: linkChoice,
  hardwareAcceleration: z.boolean(),
  closeToTray: z.boolean(),
  /** Null where the system cannot be asked for it. */
  startAtBoot: z.boolean().nullable(),
});
export type InstallationChoice = z.infer<typeof installationChoice>;

/** A copy of a ship's database that was brought from elsewhere, read and checked, for a first start to begin with. */
export const copyToRestore = copyContents.extend({
  id: z.string(),
  /** Name of the file that was chosen. */
  file: z.string(),
  vessel: vesselId,
  /** The ship's name; null in a copy from before it stood in the database. */
  name: z.string().nullable(),
  /** When it was made, ISO 8601. */
  madeAt: z.string(),
  bytes: z.number(),
  asMade: z.enum(copyNotes),
  /** Whether there is a database on this computer, which is kept as a copy when this one takes its place. */
  isSomethingHere: z.boolean(),
});
export type CopyToRestore = z.infer<typeof copyToRestore>;

/** What is set, without any secret. */
export const installation = z.object({
  /** False until a person has said which ship this is. */
  isSetUp: z.boolean(),
  /** What is set, and before that what is proposed. */
  choice: installationChoice,
  hasPassword: z.boolean(),
  /** Names of the files that are set, for people. */
  files: z.record(z.enum(brokerFiles), z.string().nullable()),
  /** Settings that the command line says for this run, as it calls them, such as `--name`, by their name here. */
  overridden: z.record(z.string(), z.string()),
  /** Where the settings are kept. */
  settingsFile: z.string(),
  /** Where the ship's records lie. */
  place: z.object({
    folder: z.string(),
    /** Other accounts of this computer may work with them too. */
    isShared: z.boolean(),
    /** What people should know of it, in sentences; null for nothing. */
    note: z.string().nullable(),
  }),
  /** Why the ship's id cannot be changed any more, in words; null while it can. */
  idIsFixed: z.string().nullable(),
  /** What was chosen to begin with; null for nothing. */
  copy: copyToRestore.nullable(),
});
export type Installation = z.infer<typeof installation>;

/** What the page asks of the app. */
export const installationRequest = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('read') }),
  /** `copy`: at a first start, the id of the copy that the ship begins with. */
  z.strictObject({
    ask: z.literal('save'),
    choice: installationChoice,
    copy: z.string().max(40).optional(),
  }),
  z.strictObject({ ask: z.literal('choose file'), of: z.enum(brokerFiles) }),
  z.strictObject({ ask: z.literal('join') }),
  /** Lets the person choose a copy of a ship's database, which is read and checked. Takes as long as its disk does. */
  z.strictObject({ ask: z.literal('choose copy') }),
  z.strictObject({ ask: z.literal('leave copy') }),
  z.strictObject({ ask: z.literal('try link'), vessel: vesselId, link: linkChoice }),
]);
export type InstallationRequest = z.infer<typeof installationRequest>;

/** What is wrong, by the path of the field in `InstallationChoice`, such as `link.mqtt`. */
const problems = z.record(z.string(), z.string());

/** What the app answers. Nothing was changed unless it says `saved`. */
export const installationAnswer = z.discriminatedUnion('said', [
  z.object({ said: z.literal('installation'), installation }),
  /** With what it means, in words. */
  z.object({ said: z.literal('saved'), words: z.string(), installation }),
  z.object({ said: z.literal('refused'), words: z.string(), problems }),
  /** Null: the person chose none. */
  z.object({ said: z.literal('file'), file: z.object({ id: z.string(), name: z.string() }).nullable() }),
  z.object({
    said: z.literal('office'),
    /** Null: the person chose none. */
    office: z
      .object({
        office: z.string(),
        vessel: z.string(),
        name: z.string(),
        mqtt: z.string(),
        mqttUser: z.string(),
        /** Whether the office has records of this ship already, as its file says. */
        isKnown: z.boolean(),
        ca: z.object({ id: z.string(), name: z.string() }).nullable(),
      })
      .nullable(),
  }),
  /** Null: the person chose none, or left it. */
  z.object({ said: z.literal('copy'), copy: copyToRestore.nullable() }),
  z.object({ said: z.literal('tried'), isLetIn: z.boolean(), words: z.string() }),
]);
export type InstallationAnswer = z.infer<typeof installationAnswer>;
export type Office = NonNullable<Extract<InstallationAnswer, { said: 'office' }>['office']>;
