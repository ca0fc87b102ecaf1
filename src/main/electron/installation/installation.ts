import { basename, dirname } from 'node:path';
import { parseBoundedJson } from '#shared/bounded-json.ts';
import { callTextLimit } from '#shared/contract/bridge.ts';
import {
  type BrokerFile,
  type CopyToRestore,
  type Installation as Told,
  type InstallationAnswer,
  type InstallationChoice,
  type InstallationRequest,
  type LinkChoice,
  installationRequest,
} from '#shared/contract/installation.ts';
import {
  JoinFileError,
  joinFileEnding,
  joinFileLimit,
  readJoinFile,
} from '#shared/installation/join-file.ts';
import type { ReadText } from '#files/bounded-file.ts';
import type { Environment } from '#shared/ports.ts';
import {
  type Kept,
  type Settings,
  SettingsError,
  besideFile,
  keptSettings,
  optionName,
  settingsOf,
  writeSettings,
} from '../settings.ts';
import { brokerFilesIn } from './broker-files.ts';
import {
  type Broker,
  brokerOf,
  fieldOfOption,
  forTheScreen,
  hasKeptPassword,
  keepsPassword,
  readerOf,
  takenApart,
  text,
} from './broker-of.ts';
import { ChosenFiles, FileRefused, readChosen } from './chosen-files.ts';
import { certificateText } from './certificate-text.ts';
import { newPassword, newSettings, setUpMeanwhile, type NewFiles } from './new-settings.ts';

/** What the settings of this computer are kept and tried with. */
export interface InstallationDependencies {
  /** Where the settings are kept. */
  file: string;
  /** Where the ship's records lie. */
  place: Told['place'];
  overrides: Kept;
  usual: Pick<Settings, 'device' | 'timeZone'>;
  environment: Pick<Environment, 'randomBytes' | 'log'>;
  /** Lets a person choose a file; null where they did not. */
  pickFile: (title: string, endings: readonly string[]) => Promise<string | null>;
  /** Reads the files that the settings name for the broker. */
  readBrokerFile: ReadText;
  /** What is wrong with a broker as it stands; null for nothing. */
  wrongOption: (broker: Broker, read: ReadText) => { option: string; words: string } | null;
  /** Connects to a broker once, changing nothing. */
  tryBroker: (
    broker: Broker,
    read: ReadText,
    vesselId: string,
  ) => Promise<{ isLetIn: boolean; words: string }>;
  /** Whether the system starts the app by itself; null where it cannot be asked. */
  startAtBoot: { get(): boolean | null; set(on: boolean): void };
  /** Why the ship's id can no longer be changed; null while it can. */
  whyIdIsSettled: () => Promise<string | null>;
  /** Whether another program has the ship open. */
  isInUseElsewhere: () => boolean;
  /** Whether no ship has been begun in this run, as none was set up when it started. */
  isFirstStart: () => boolean;
  /** A copy from elsewhere that a first start may begin with. */
  copies: CopyFromElsewhere;
  /** Begins the vessel node anew where that is needed, and shows the ship's name. */
  onSaved: (settings: Settings, needsNewNode: boolean) => void;
}

/** A copy that a person brings: read and checked when it is chosen, and put in its place on Start alone. */
export interface CopyFromElsewhere {
  readonly taken: CopyToRestore | null;
  /** @returns why not, in words, where the file will not do */
  take(file: string): Promise<CopyToRestore | string>;
  leave(): Promise<void>;
  /** @returns why it cannot be done, in words; null where the node begins with it at its start */
  place(by: string): string | null;
  takeBack(): void;
  /** The settings stand, and the node begins. */
  handOver(): void;
}

type Refused = Extract<InstallationAnswer, { said: 'refused' }>;

/**
 * What is set on this computer, for its screen: read, tried and changed. Every change is written whole or not at all, and
 * nothing that a page says leads to a file but the one that a person chose in the system's own dialog.
 */
export class Installation {
  readonly #dependencies: InstallationDependencies;
  readonly #chosen: ChosenFiles;
  #last: Promise<unknown> = Promise.resolve();

  constructor(dependencies: InstallationDependencies) {
    this.#dependencies = dependencies;
    this.#chosen = new ChosenFiles(dependencies.environment);
  }

  /** @param request JSON of an `InstallationRequest`; @returns that of an `InstallationAnswer`, always */
  async answer(request: string): Promise<string> {
    return JSON.stringify(await this.#answer(request));
  }

  async #answer(request: string): Promise<InstallationAnswer> {
    try {
      return await this.#carryOut(request);
    } catch (error) {
      if (error instanceof NotUnderstood) return refusal(error.message, error.problems);
      if (error instanceof FileRefused || error instanceof JoinFileError || error instanceof SettingsError)
        return refusal(error.message);
      this.#dependencies.environment.log.error({ err: error }, 'The settings could not be read or changed.');
      return refusal('This failed without a reason that ARUS knows. Nothing was changed; the log says more.');
    }
  }

  #carryOut(text: string): Promise<InstallationAnswer> {
    const request = requestIn(text);
    switch (request.ask) {
      case 'read':
        return this.#told();
      case 'save':
        return this.#saveInTurn(request.choice, request.copy ?? null);
      case 'choose file':
        return this.#choose(request.of);
      case 'join':
        return this.#join();
      case 'choose copy':
        return this.#chooseCopy();
      case 'leave copy':
        return this.#dependencies.copies.leave().then(() => ({ said: 'copy', copy: null }));
      case 'try link':
        break;
    }
    return this.#try(request.link, request.vessel);
  }

  async #told(): Promise<InstallationAnswer> {
    return { said: 'installation', installation: await this.#read() };
  }

  async #read(): Promise<Told> {
    const { file, overrides, usual, startAtBoot } = this.#dependencies;
    const kept = keptSettings(file);
    const set: Kept = { ...usual, ...besideFile(file, kept), ...overrides };
    const { address, user } = takenApart(text(set['mqtt']));
    const isSetUp = settingsOf({ file, kept, overrides, usual }) !== null;
    const fileIn = (kind: BrokerFile): string | null => (text(set[kind]) === '' ? null : 'kept');
    return {
      isSetUp,
      choice: {
        vessel: text(set['vessel']),
        name: text(set['name']),
        device: text(set['device']),
        timeZone: text(set['timeZone']),
        link: {
          mqtt: address === '' ? null : address,
          mqttUser: text(set['mqttUser']) || user,
          password: null,
          ca: fileIn('ca'),
          cert: fileIn('cert'),
          key: fileIn('key'),
        },
        hardwareAcceleration: set['hardwareAcceleration'] !== false,
        closeToTray: set['closeToTray'] === true,
        startAtBoot: startAtBoot.get(),
      },
      hasPassword: hasKeptPassword(set),
      files: {
        ca: certificateText(text(set['ca'])),
        cert: certificateText(text(set['cert'])),
        key: text(set['key']) === '' ? null : basename(text(set['key'])),
      },
      overridden: Object.fromEntries(
        Object.entries(overrides).map(([name, value]) => [
          name,
          value === false ? optionName(`no-${name}`) : optionName(name),
        ]),
      ),
      settingsFile: file,
      place: this.#dependencies.place,
      idIsFixed: isSetUp ? await this.#dependencies.whyIdIsSettled() : null,
      copy: this.#dependencies.copies.taken,
    };
  }

  async #choose(kind: BrokerFile): Promise<InstallationAnswer> {
    const titles: Readonly<Record<BrokerFile, string>> = {
      ca: 'The authority that signed the broker’s certificate',
      cert: 'This ship’s certificate for the broker',
      key: 'The key of this ship’s certificate',
    };
    const path = await this.#dependencies.pickFile(titles[kind], ['pem', 'crt', 'cer', 'key']);
    if (path === null) return { said: 'file', file: null };
    const { id, name } = this.#chosen.take(path, kind);
    return { said: 'file', file: { id, name } };
  }

  async #join(): Promise<InstallationAnswer> {
    const path = await this.#dependencies.pickFile('The file that the office gave you', [
      joinFileEnding,
      'json',
    ]);
    if (path === null) return { said: 'office', office: null };
    const {
      office,
      vessel,
      name,
      broker,
      user,
      ca,
      known = false,
    } = readJoinFile(readChosen(path, joinFileLimit));
    const authority = ca === undefined ? null : this.#chosen.keep(`Authority of ${office}`, ca, 'ca');
    return {
      said: 'office',
      office: {
        office,
        vessel,
        name,
        mqtt: broker,
        mqttUser: user ?? '',
        isKnown: known,
        ca: authority === null ? null : { id: authority.id, name: authority.name },
      },
    };
  }

  async #chooseCopy(): Promise<InstallationAnswer> {
    const { file, overrides, usual, copies, pickFile } = this.#dependencies;
    if (settingsOf({ file, kept: keptSettings(file), overrides, usual }) !== null)
      return refusal('A ship is set up here already. Go back to a copy under Sync, Copies.');
    const path = await pickFile('A copy of the ship’s database', ['db']);
    if (path === null) return { said: 'copy', copy: null };
    const taken = await copies.take(path);
    return typeof taken === 'string' ? refusal(taken, { copy: taken }) : { said: 'copy', copy: taken };
  }

  /** Why the ship cannot begin with this copy, or null where it is the one that was chosen, and hers. */
  #wrongCopy(id: string, before: Settings | null, after: Settings | null): Refused | null {
    const { taken } = this.#dependencies.copies;
    if (before !== null) return refusal('A ship is set up here already. Nothing was changed.');
    if (taken === null || taken.id !== id) {
      const again = 'Choose the copy again, or leave it out';
      return refusal('The copy has to be chosen again. Nothing was changed.', { copy: again });
    }
    if (after === null || after.vessel === taken.vessel) return null;
    const words = `The copy is of ${taken.vessel}, and can be no other ship’s`;
    return refusal('Something is not right yet. Nothing was changed.', { vessel: words });
  }

  async #try(link: LinkChoice, vessel: string): Promise<InstallationAnswer> {
    const broker = this.#brokerOf(link);
    if (broker === null)
      return refusal('Give the broker’s address.', { 'link.mqtt': 'Give the broker’s address' });
    const wrong = this.#wrongIn(broker);
    if (wrong !== null) return wrong;
    const { isLetIn, words } = await this.#dependencies.tryBroker(broker, this.#readerOf(), vessel);
    return { said: 'tried', isLetIn, words: forTheScreen(words, this.#chosen) };
  }

  /** Two changes at once would each write what the other did not know of. */
  #saveInTurn(choice: InstallationChoice, copy: string | null): Promise<InstallationAnswer> {
    const next = this.#last.then(() => this.#save(choice, copy));
    this.#last = next.catch(() => {});
    return next;
  }

  async #save(choice: InstallationChoice, copy: string | null): Promise<InstallationAnswer> {
    const { file, overrides, usual, environment, startAtBoot, onSaved, copies } = this.#dependencies;
    const kept = keptSettings(file);
    const before = settingsOf({ file, kept, overrides, usual });
    const vessel = before?.vessel ?? null;
    if (before !== null && this.#dependencies.isFirstStart()) return refusal(setUpMeanwhile(before.name));
    if (vessel !== null && vessel !== choice.vessel && !('vessel' in overrides)) {
      const settled = await this.#dependencies.whyIdIsSettled();
      if (settled !== null) return refusal('Nothing was changed.', { vessel: settled });
    }
    const unknown = this.#unknownIn(choice.link);
    if (unknown !== null) return unknown;
    const broker = this.#brokerOf(choice.link);
    const wrong = broker === null ? null : this.#wrongIn(broker);
    if (wrong !== null) return wrong;

    const set = { ...kept, ...overrides };
    const isLeftOut =
      broker !== null &&
      choice.link.password === null &&
      hasKeptPassword(set) &&
      !keepsPassword(choice.link, set);
    const written = brokerFilesIn(dirname(file), environment);
    let settings: Settings | null;
    let next: Kept;
    try {
      const files: NewFiles = {};
      for (const kind of ['ca', 'cert', 'key'] as const) {
        const chosen = choice.link.mqtt === null ? undefined : this.#chosen.get(choice.link[kind] ?? '');
        if (chosen !== undefined) files[kind] = written.add(kind, chosen.text);
      }
      const password = newPassword(choice.link, kept);
      if (password !== null) files.mqttPasswordFile = written.add('password', `${password}\n`);
      next = newSettings({ kept, choice, files, overrides, vessel });
      settings = settingsOf({ file, kept: next, overrides, usual });
      if (copy !== null) {
        const wrongCopy = this.#wrongCopy(copy, before, settings);
        if (wrongCopy !== null) {
          written.takeBack();
          return wrongCopy;
        }
        const unplaced = copies.place(`Somebody at ${choice.device}`);
        if (unplaced !== null) throw new SettingsError(unplaced);
      }
      writeSettings(file, next);
    } catch (error) {
      written.takeBack();
      if (copy !== null) copies.takeBack();
      if (!(error instanceof SettingsError)) throw error;
      return refusal(`${error.message} Nothing was changed, and what you have typed stays here.`);
    }
    if (settings === null) throw new Error('Settings that were written name no vessel');
    const isInUse = this.#dependencies.isInUseElsewhere();
    // Whoever has the ship open reads them again when its link comes back.
    if (!isInUse) written.removeAllBut(next);
    if (copy === null) await copies.leave();
    else copies.handOver();
    const sentences = [before === null ? 'Saved.' : wordsOf(before, settings, isInUse)];
    if (isLeftOut)
      sentences.push('The password that was set belongs to the previous broker, and was left out.');
    try {
      if (choice.startAtBoot !== null && choice.startAtBoot !== startAtBoot.get())
        startAtBoot.set(choice.startAtBoot);
    } catch (error) {
      environment.log.warn({ err: error }, 'Starting with the computer could not be set.');
      sentences.push('Whether ARUS starts with the computer could not be changed.');
    }
    onSaved(settings, before === null || needsNewNode(before, settings));
    return { said: 'saved', words: sentences.join(' '), installation: await this.#read() };
  }

  #brokerOf(link: LinkChoice): Broker | null {
    const { file, overrides } = this.#dependencies;
    return brokerOf(link, { ...besideFile(file, keptSettings(file)), ...overrides });
  }

  #readerOf(): ReadText {
    return readerOf(this.#chosen, this.#dependencies.readBrokerFile);
  }

  #wrongIn(broker: Broker): Refused | null {
    if (takenApart(broker.mqtt).address !== broker.mqtt)
      return refusal('Something is not right yet. Nothing was changed.', {
        'link.mqtt': 'Give user and password in their own fields',
      });
    const wrong = this.#dependencies.wrongOption(broker, this.#readerOf());
    if (wrong === null) return null;
    const field = fieldOfOption[wrong.option] ?? 'link.mqtt';
    const words = forTheScreen(wrong.words, this.#chosen);
    return refusal('Something is not right yet. Nothing was changed.', { [field]: words });
  }

  /** A file that was chosen so long ago that it is forgotten, or before the app was started anew. */
  #unknownIn(link: LinkChoice): Refused | null {
    for (const kind of ['ca', 'cert', 'key'] as const) {
      const choice = link[kind];
      if (
        link.mqtt !== null &&
        choice !== null &&
        choice !== 'kept' &&
        this.#chosen.get(choice) === undefined
      )
        return refusal('A file has to be chosen again. Nothing was changed.', {
          [`link.${kind}`]: 'Choose this file again',
        });
    }
    return null;
  }
}

/** What a page asked cannot be read. */
class NotUnderstood extends Error {
  readonly problems: Record<string, string>;
  constructor(message: string, problems: Record<string, string> = {}) {
    super(`${message} Nothing was changed.`);
    this.name = 'NotUnderstood';
    this.problems = problems;
  }
}

/** @throws {NotUnderstood} naming the fields that are not right */
function requestIn(text: string): InstallationRequest {
  if (text.length > callTextLimit) throw new NotUnderstood('This is too long.');
  let read: unknown;
  try {
    read = parseBoundedJson(text, { depth: 6, items: 200 });
  } catch {
    throw new NotUnderstood('This could not be read.');
  }
  const parsed = installationRequest.safeParse(read);
  if (parsed.success) return parsed.data;
  const named = parsed.error.issues.map(({ path, message }): [string, string] => [
    path.filter((part) => part !== 'choice').join('.'),
    message,
  ]);
  throw new NotUnderstood('Something is not right yet.', Object.fromEntries(named));
}

function refusal(words: string, problems: Record<string, string> = {}): Refused {
  return { said: 'refused', words, problems };
}

/** What the window alone goes by. */
const ofTheWindow = ['hardwareAcceleration', 'closeToTray', 'openLinksTo'];

function needsNewNode(before: Settings, after: Settings): boolean {
  const ofNode = (settings: Settings): string =>
    JSON.stringify(
      Object.entries(settings)
        .filter(([name]) => !ofTheWindow.includes(name))
        .toSorted(([one], [other]) => (one < other ? -1 : 1)),
    );
  return ofNode(before) !== ofNode(after);
}

/** What a change means, for people. */
function wordsOf(before: Settings, after: Settings, isInUse: boolean): string {
  const isOfWindow =
    before.hardwareAcceleration !== after.hardwareAcceleration || before.closeToTray !== after.closeToTray;
  const parts = ['Saved.'];
  if (needsNewNode(before, after))
    parts.push(
      isInUse
        ? 'The ARUS that has this ship open goes on with what was set before, until it is started again.'
        : 'The vessel node starts anew with it.',
    );
  if (isOfWindow) parts.push('What concerns the window holds from the next start of ARUS.');
  return parts.join(' ');
}
