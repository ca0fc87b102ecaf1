import { type BrokerFile, type InstallationChoice, brokerFiles } from '#shared/contract/installation.ts';
import type { Kept } from '../settings.ts';
import { keepsPassword, takenApart, text } from './broker-of.ts';

/** Files of the broker that are new, by the setting that is to name them. */
export type NewFiles = Partial<Record<BrokerFile | 'mqttPasswordFile', string>>;

/** Without these no settings are whole: what the command line says of them is written where nothing stood. */
const required = ['vessel', 'name', 'device', 'timeZone', 'mqtt'];

/**
 * What is to stand in the file of settings. What this does not know of stays as it is, as does what the command line
 * says otherwise for this run.
 * @param vessel the ship's id in this run so far; null for none
 */
export function newSettings(parts: {
  kept: Kept;
  choice: InstallationChoice;
  files: NewFiles;
  overrides: Kept;
  vessel: string | null;
}): Record<string, unknown> {
  const { kept, choice, files, overrides, vessel } = parts;
  const { link } = choice;
  const isLinked = link.mqtt !== null;
  const set = { ...kept, ...overrides };
  const wanted: Record<string, unknown> = {
    vessel: choice.vessel,
    name: choice.name,
    device: choice.device,
    timeZone: choice.timeZone,
    mqtt: link.mqtt,
    mqttUser: isLinked && link.mqttUser !== '' ? link.mqttUser : undefined,
    mqttPasswordFile:
      files.mqttPasswordFile ?? (keepsPassword(link, set) ? kept['mqttPasswordFile'] : undefined),
    hardwareAcceleration: choice.hardwareAcceleration ? undefined : false,
    closeToTray: choice.closeToTray ? true : undefined,
  };
  for (const kind of brokerFiles)
    wanted[kind] = isLinked ? (files[kind] ?? (link[kind] === 'kept' ? kept[kind] : undefined)) : undefined;
  if (vessel !== null && vessel !== choice.vessel) wanted['vesselBefore'] = vessel;

  const next: Record<string, unknown> = { ...kept };
  for (const [name, value] of Object.entries(wanted)) {
    if (name in overrides && (name in kept || !required.includes(name))) continue;
    if (value === undefined) delete next[name];
    else next[name] = value;
  }
  return next;
}

/** A password that has to be written to a file of its own; null for none. */
export function newPassword(link: InstallationChoice['link'], kept: Kept): string | null {
  const { mqtt, password } = link;
  if (mqtt === null || password === '') return null;
  if (password !== null) return password;
  if (!keepsPassword(link, kept)) return null;
  // One in the address moves to a file, where nobody reads it by chance.
  const inAddress = takenApart(text(kept['mqtt'])).password;
  return text(kept['mqttPasswordFile']) === '' && inAddress !== '' ? inAddress : null;
}

/** To a first start that stood open while another account, which works in the same folder, set up a ship. */
export function setUpMeanwhile(ship: string): string {
  return `${ship} was set up here meanwhile, from another account of this computer. Nothing was changed. Close ARUS and start it again; then it opens this ship.`;
}
