import {
  type BrokerFile,
  type Installation,
  type InstallationChoice,
  type LinkChoice,
  type Office,
  brokerFiles,
} from '#shared/contract/installation.ts';

/** A file of the broker as the form has it. */
export interface FilePick {
  /** What the app calls it: `kept` for the one that is set, null for none. */
  id: string | null;
  /** For people; null for none. */
  name: string | null;
}

/** What the fields hold. */
export interface InstallationForm {
  vessel: string;
  name: string;
  device: string;
  timeZone: string;
  isLinked: boolean;
  mqtt: string;
  mqttUser: string;
  /** Null while nobody has touched it. */
  password: string | null;
  files: Readonly<Record<BrokerFile, FilePick>>;
  hardwareAcceleration: boolean;
  closeToTray: boolean;
  startAtBoot: boolean | null;
}

/** What is wrong, in words, by the path of the field in `InstallationChoice`. */
export type Problems = Readonly<Record<string, string>>;

export function formOf({ choice, files }: Pick<Installation, 'choice' | 'files'>): InstallationForm {
  const { link, ...rest } = choice;
  const pick = (kind: BrokerFile): FilePick => ({ id: link[kind], name: files[kind] ?? null });
  return {
    ...rest,
    isLinked: link.mqtt !== null,
    mqtt: link.mqtt ?? '',
    mqttUser: link.mqttUser,
    password: link.password,
    files: { ca: pick('ca'), cert: pick('cert'), key: pick('key') },
  };
}

export function choiceOf(form: InstallationForm): InstallationChoice {
  const { vessel, name, device, timeZone, hardwareAcceleration, closeToTray, startAtBoot } = form;
  return {
    vessel: vessel.trim(),
    name,
    device,
    timeZone,
    hardwareAcceleration,
    closeToTray,
    startAtBoot,
    link: linkOf(form),
  };
}

export function linkOf({ isLinked, mqtt, mqttUser, password, files }: InstallationForm): LinkChoice {
  return {
    mqtt: isLinked ? mqtt : null,
    mqttUser,
    password,
    ca: files.ca.id,
    cert: files.cert.id,
    key: files.key.id,
  };
}

/** What the office's file says, put into the form. The password comes by another way. */
export function joined(form: InstallationForm, office: Office): InstallationForm {
  const none = { id: null, name: null };
  return {
    ...form,
    vessel: office.vessel,
    name: office.name,
    isLinked: true,
    mqtt: office.mqtt,
    mqttUser: office.mqttUser,
    files: { ca: office.ca ?? none, cert: none, key: none },
  };
}

const needed: Readonly<Record<string, string>> = {
  name: 'The ship needs a name',
  vessel: 'The ship needs an id, such as polaris',
  device: 'This computer needs a name',
  'link.mqtt': 'Give the broker’s address, such as mqtts://broker.example.com:8883',
};

/** Where what is wrong with a field of the form stands. */
const pathOf: Readonly<Record<string, readonly string[]>> = {
  mqtt: ['link.mqtt'],
  isLinked: ['link.mqtt', 'link.mqttUser', 'link.password', 'link.ca', 'link.cert', 'link.key'],
  mqttUser: ['link.mqttUser'],
  password: ['link.password'],
  files: ['link.ca', 'link.cert', 'link.key'],
};

/** What is still wrong once these fields have been changed, as far as anybody has looked. */
export function stillWrong(problems: Problems, changed: readonly string[]): Problems {
  const settled = changed.flatMap((name) => pathOf[name] ?? [name]);
  return Object.fromEntries(Object.entries(problems).filter(([path]) => !settled.includes(path)));
}

/** The same in the words of the form where a field is empty: the app's own words are those of a rule. */
export function inWordsOfForm(problems: Problems, form: InstallationForm): Problems {
  const empty: Readonly<Record<string, boolean>> = {
    name: form.name.trim() === '',
    vessel: form.vessel.trim() === '',
    device: form.device.trim() === '',
    'link.mqtt': form.mqtt.trim() === '',
  };
  return Object.fromEntries(
    Object.entries(problems).map(([path, words]) => [
      path,
      empty[path] === true ? (needed[path] ?? words) : words,
    ]),
  );
}

/** The fields in the order in which they stand on the page. */
export const fieldOrder: readonly string[] = [
  'copy',
  'name',
  'vessel',
  'device',
  'timeZone',
  'link.mqtt',
  'link.mqttUser',
  'link.password',
  ...brokerFiles.map((kind) => `link.${kind}`),
  'person.name',
  'person.rank',
];

/** Puts the cursor where the first of them is wrong. */
export function focusFirst(problems: Problems, root: ParentNode): void {
  const first = fieldOrder.find((path) => path in problems);
  if (first === undefined) return;
  root.querySelector<HTMLElement>(`[data-field="${first}"]`)?.focus();
}
