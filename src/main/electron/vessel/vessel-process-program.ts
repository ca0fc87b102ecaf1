/**
 * Program: the vessel node of the desktop app, in a process of its own that Electron forks from the app
 * (`utilityProcess`). It is told everything by messages of its parent, and ends with it.
 */
import type { MessageEvent } from 'electron';
import { join } from 'node:path';
import { accountName } from '#link/account.ts';
import { besideInThread } from '#link/beside.ts';
import { ConfigurationError, brokerConfiguration, brokerName, readFromDisk } from '#link/configuration.ts';
import { linkCodec } from '#link/link-codec.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { readGateway } from '#link/network-gateway.ts';
import { ownKeys, OwnKeysError } from '#link/own-keys.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { keepNewFilesPrivate } from '#link/private-files.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { answerText } from '#shared/contract/answer-text.ts';
import { type ContractError, eventMessage } from '#shared/contract/envelope.ts';
import type { Environment, OpenLink } from '#shared/ports.ts';
import { watchHost } from '#vessel/metrics/host-reading.ts';
import { requestRestoreByName } from '#vessel/copies/restore-request.ts';
import { restartableNode } from '#vessel/restartable-node.ts';
import { newestCheckedCopy } from '#vessel/storage/copies.ts';
import { StartFailure, type StartFailureCode } from '#vessel/start-failure.ts';
import { type VesselNode, openVesselNode } from '#vessel/vessel-node.ts';
import { brokerReader } from '../broker-reader.ts';
import { refusedLink } from '../refused-link.ts';
import { type FromVessel, type VesselStart, toVessel } from './messages.ts';

const parent = process.parentPort;
const tell = (message: FromVessel): void => parent.postMessage(message);

/** Lies beside this program in a build. */
const copyWorkProgram = join(import.meta.dirname, 'copy-work-program.js');

/** What may be otherwise in a moment, without anybody at this computer. */
const passing: readonly StartFailureCode[] = ['in_use', 'directory', 'disk_full'];

/** Not a person's mistakes but a program's: whoever keeps the app should see them. */
const mistakes: readonly ContractError['code'][] = ['invalid_input', 'unknown_method', 'too_large'];

function link(
  { settings, settingsFile, isShared, passwordFileOfThisRun }: VesselStart,
  environment: Environment,
): { openLink: OpenLink | null; broker: string | null } {
  const { mqtt } = settings;
  if (mqtt === null) return { openLink: null, broker: null };
  try {
    const mqttPassword = process.env['ARUS_MQTT_PASSWORD'];
    const read = brokerReader({
      settingsFile,
      isShared,
      ofThisRun: passwordFileOfThisRun,
      fromDisk: readFromDisk,
    });
    const configuration = brokerConfiguration({ ...settings, mqtt, mqttPassword }, {}, read);
    return { openLink: mqttLink(configuration, environment), broker: brokerName(configuration) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // The crew can work without shore; they cannot without their records.
    environment.log.error({ option: error.option }, error.message);
    const explanation = `${error.message}. Put it right under Settings, or in ${settingsFile}.`;
    return { openLink: refusedLink(explanation), broker: null };
  }
}

function openNode(start: VesselStart, environment: Environment, restart: () => void): VesselNode {
  const { settings, dataDirectory, version } = start;
  const { openLink, broker } = link(start, environment);
  return openVesselNode(
    {
      dataDirectory,
      vesselId: settings.vessel,
      vesselIdBefore: settings.vesselBefore,
      vesselName: settings.name,
      device: settings.device,
      timeZone: settings.timeZone,
      account: accountName(),
      version,
      brokerName: broker,
      ...(settings.qos === undefined ? {} : { qos: settings.qos }),
    },
    {
      environment,
      openLink,
      codec: linkCodec,
      watchHost,
      readGateway: readGateway(process.platform),
      copies: { beside: besideInThread(copyWorkProgram, environment.log), restart },
      fileTransfer: { crypto: packageCrypto, keys: () => ownKeys(dataDirectory, environment) },
      onStep: (step) => tell({ told: 'step', step }),
    },
  );
}

/** Opens the node; null where it cannot start, which has been told. */
function openOrTell(start: VesselStart, environment: Environment): VesselNode | null {
  if (start.restoreCopy !== null && !isRestoreAsked(start, start.restoreCopy, environment)) return null;
  try {
    return restartableNode(
      (restart) => openNode(start, environment, restart),
      environment,
      (error) => tellCannotStart(error, start, environment),
    );
  } catch (error) {
    tellCannotStart(error, start, environment);
    return null;
  }
}

/** Asks for the copy that a person chose; false where it cannot be gone back to, which has been told. */
function isRestoreAsked(start: VesselStart, copy: string, environment: Environment): boolean {
  const { dataDirectory, settings } = start;
  try {
    requestRestoreByName(dataDirectory, copy, {
      vesselId: settings.vessel,
      by: `Somebody at ${settings.device}`,
      at: environment.now(),
    });
    return true;
  } catch (error) {
    // It waits for the person who asked for it, and is not tried again without the copy.
    tellCannotStart(error, start, environment, false);
    return false;
  }
}

/** Throws what people can do nothing about. */
function tellCannotStart(
  error: unknown,
  { dataDirectory }: VesselStart,
  { log }: Environment,
  mayPass = error instanceof StartFailure && passing.includes(error.code),
): void {
  if (!(error instanceof StartFailure || error instanceof OwnKeysError)) throw error;
  log.error({ err: error }, 'The vessel node cannot start');
  const isDamaged = error instanceof StartFailure && error.code === 'damaged_database';
  const copy = isDamaged ? newestCheckedCopy(dataDirectory) : null;
  const offered = copy === null ? null : { name: copy.name, madeAt: copy.facts.at };
  const isInUse = error instanceof StartFailure && error.code === 'in_use';
  tell({ told: 'cannot start', reason: error.message, mayPass, isInUse, copy: offered });
}

function run(start: VesselStart): void {
  keepNewFilesPrivate(start.dataDirectory);
  const log = programLog('vessel', start.logLevel, start.logFile ?? undefined);
  const environment = systemEnvironment(log);
  let node: VesselNode | null = null;
  const failed = (error: unknown): void => {
    // The disk's trouble is told on every screen; records can still be read.
    if (node?.livesWith(error) === true) return;
    log.error(
      { err: error },
      'The vessel node failed and ends; what was saved before is not touched by this',
    );
    process.exit(1);
  };
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);

  node = openOrTell(start, environment);
  if (node === null) {
    // Whoever has heard the reason answers with `close`; it is not cut off by the end of this process.
    parent.on('message', () => process.exit(0));
    return;
  }
  const opened = node;
  opened.subscribe((event) => tell({ told: 'event', text: JSON.stringify(eventMessage.parse(event)) }));
  const answer = async (id: number, text: string): Promise<void> => {
    const response = await answerText(text, ({ method, input, actor }) =>
      opened.call({ method, input, ...(actor === undefined ? {} : { actor }) }),
    );
    if (!response.ok && mistakes.includes(response.error.code))
      log.warn({ code: response.error.code, reason: response.error.message }, 'A call was refused.');
    tell({ told: 'answer', id, text: JSON.stringify(response) });
  };
  parent.on('message', ({ data }: MessageEvent) => {
    const message = toVessel.parse(data);
    switch (message.do) {
      case 'call':
        void answer(message.id, message.text);
        break;
      case 'say why id is settled':
        tell({ told: 'answer', id: message.id, text: JSON.stringify(opened.whyIdIsSettled()) });
        break;
      case 'ping':
        tell({ told: 'pong' });
        break;
      case 'resumed':
        opened.resumed();
        break;
      case 'close':
        opened.close().then(
          () => process.exit(0),
          (error: unknown) => {
            log.error({ err: error }, 'The vessel node did not close cleanly.');
            process.exit(1);
          },
        );
        break;
      case 'start':
        log.error({}, 'The vessel node was begun twice.');
        break;
    }
  });
  tell({ told: 'up' });
}

parent.once('message', ({ data }: MessageEvent) => {
  const message = toVessel.parse(data);
  if (message.do === 'start') run(message.start);
  else process.exit(0);
});
