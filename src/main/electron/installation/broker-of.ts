import { type LinkChoice, brokerFiles } from '#shared/contract/installation.ts';
import type { ReadText } from '#files/bounded-file.ts';
import { passwordGoesAlong } from '#shared/installation/kept-password.ts';
import type { Kept } from '../settings.ts';
import type { ChosenFiles } from './chosen-files.ts';

/** A broker as the link takes it; the names are those of the programs' options. */
export interface Broker {
  mqtt: string;
  ca?: string;
  cert?: string;
  key?: string;
  mqttUser?: string;
  mqttPasswordFile?: string;
  mqttPassword?: string;
}

/** The address without user and password, and these. */
export function takenApart(mqtt: string): { address: string; user: string; password: string } {
  const url = URL.parse(mqtt);
  if (url === null || (url.username === '' && url.password === ''))
    return { address: mqtt, user: '', password: '' };
  const user = decoded(url.username);
  const password = decoded(url.password);
  const scheme = `${url.protocol}//`;
  return { address: `${scheme}${url.host}`, user, password };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * What a person chose, as a broker to connect to; null for none. Files that were chosen stand in it by their id.
 * @param set the settings as they are, with the files where they lie
 */
export function brokerOf(link: LinkChoice, set: Kept): Broker | null {
  if (link.mqtt === null) return null;
  const broker: Broker = { mqtt: link.mqtt, ...passwordOf(link, set) };
  if (link.mqttUser !== '') broker.mqttUser = link.mqttUser;
  for (const kind of brokerFiles) {
    const file = link[kind] === 'kept' ? text(set[kind]) : (link[kind] ?? '');
    if (file !== '') broker[kind] = file;
  }
  return broker;
}

/** Whether the password that is kept is used with this choice. @param set as in `brokerOf` */
export function keepsPassword({ mqtt, password }: Pick<LinkChoice, 'mqtt' | 'password'>, set: Kept): boolean {
  return password === null && mqtt !== null && passwordGoesAlong(text(set['mqtt']), mqtt);
}

/** Whether a password is kept, in a file or in the address. */
export function hasKeptPassword(set: Kept): boolean {
  return text(set['mqttPasswordFile']) !== '' || takenApart(text(set['mqtt'])).password !== '';
}

function passwordOf(link: LinkChoice, set: Kept): Pick<Broker, 'mqttPassword' | 'mqttPasswordFile'> {
  const { password } = link;
  if (password !== null) return password === '' ? {} : { mqttPassword: password };
  if (!keepsPassword(link, set)) return {};
  const file = text(set['mqttPasswordFile']);
  if (file !== '') return { mqttPasswordFile: file };
  const inAddress = takenApart(text(set['mqtt'])).password;
  return inAddress === '' ? {} : { mqttPassword: inAddress };
}

/** Reads files as the link does, but those that were chosen from where they are kept. */
export function readerOf(chosen: ChosenFiles, fromDisk: ReadText): ReadText {
  return (file, option) => chosen.get(file)?.text ?? fromDisk(file, option);
}

/** Which field an option of the programs is on screen. */
export const fieldOfOption: Readonly<Record<string, string>> = {
  '--mqtt': 'link.mqtt',
  '--mqtt-user': 'link.mqttUser',
  '--mqtt-password-file': 'link.password',
  '--ca': 'link.ca',
  '--cert': 'link.cert',
  '--key': 'link.key',
};

/** Words that were meant for a command line, for somebody at the screen. */
export function forTheScreen(words: string, chosen: ChosenFiles): string {
  return words
    .replaceAll(/chosen-[0-9a-f]{16}/g, (id) => chosen.get(id)?.name ?? 'The file')
    .replaceAll('give --mqtt=', 'give the address as ')
    .replaceAll('Check --ca.', 'Check the file of the authority.')
    .replaceAll('Check --cert and --key.', 'Check this ship’s certificate and key.')
    .replaceAll('--cert', 'the certificate')
    .replaceAll('--key', 'the key')
    .replaceAll('--ca', 'the authority')
    .replaceAll('--mqtt-user', 'the user')
    .replace(/^./u, (first) => first.toUpperCase());
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
