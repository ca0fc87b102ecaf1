import { fileURLToPath } from 'node:url';
import { besideInProcess } from '#link/beside.ts';
import { linkCodec } from '#link/link-codec.ts';
import { ownKeys } from '#link/own-keys.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { contract, type MethodInput, type MethodName, type MethodOutput } from '#shared/contract/index.ts';
import type { ContractError } from '#shared/contract/envelope.ts';
import type { Codec, Environment, OpenLink, ReadGateway } from '#shared/ports.ts';
import { restartableNode } from '#vessel/restartable-node.ts';
import {
  openVesselNode,
  type VesselNode,
  type VesselOptions,
  type VesselDependencies,
} from '#vessel/vessel-node.ts';
import { silentLog } from './silent-log.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Does work on copies, as the programs start it. */
export const copyWorkProgram = fileURLToPath(
  new URL('../../src/main/vessel/copies/copy-work-program.ts', import.meta.url),
);

/** A vessel node opened in this process, with calls that are typed by the contract. */
export interface TestVessel {
  node: VesselNode;
  directory: string;
  /** The output, or the test fails with the error's message. */
  call<N extends MethodName>(method: N, input: MethodInput<N>, actor?: string): Promise<MethodOutput<N>>;
  /** The error, or the test fails because the call was done. */
  refusal(method: MethodName, input: unknown, actor?: string): Promise<ContractError>;
}

export interface TestVesselOptions {
  directory?: string;
  vesselId?: string;
  openLink?: OpenLink | null;
  environment?: Environment;
  /** The programs', but that what is sent is sent at once, when left out. */
  codec?: Codec;
  /** With keys of its own, for files that travel by hand. */
  byHand?: boolean;
  options?: Partial<VesselOptions>;
  readGateway?: ReadGateway;
  watchHost?: VesselDependencies['watchHost'];
  /** Copies of the database are made, beside the test's process. It can start anew. */
  copies?: boolean;
}

/** Opens a node on `directory`, or on a new one. The caller closes it. */
export function openTestVessel({
  directory = temporaryDirectory('vessel'),
  vesselId = 'mv-aurora',
  openLink = null,
  environment = systemEnvironment(silentLog),
  codec = { compress: linkCodec.compress, decompress: linkCodec.decompress },
  byHand = false,
  options = {},
  readGateway,
  watchHost,
  copies = false,
}: TestVesselOptions = {}): TestVessel {
  const open = (restart: () => void): VesselNode =>
    openVesselNode(
      {
        dataDirectory: directory,
        vesselId,
        vesselName: 'MV Aurora',
        device: 'Bridge PC',
        timeZone: 'UTC',
        version: '0.0.0',
        brokerName: openLink === null ? null : '127.0.0.1',
        ...options,
      },
      {
        environment,
        openLink,
        codec,
        ...(readGateway === undefined ? {} : { readGateway }),
        ...(watchHost === undefined ? {} : { watchHost }),
        ...(byHand
          ? { fileTransfer: { crypto: packageCrypto, keys: () => ownKeys(directory, environment) } }
          : {}),
        ...(copies ? { copies: { beside: besideInProcess(copyWorkProgram, silentLog), restart } } : {}),
      },
    );
  const node = copies
    ? restartableNode(open, environment, (cause) => {
        throw cause;
      })
    : open(() => undefined);
  return {
    node,
    directory,
    async call(method, input, actor) {
      const result = await node.call({ method, input, ...(actor === undefined ? {} : { actor }) });
      if (!result.ok) throw new Error(`${method}: ${result.error.code}: ${result.error.message}`);
      return contract[method].output.parse(result.output) as MethodOutput<typeof method>;
    },
    async refusal(method, input, actor) {
      const result = await node.call({ method, input, ...(actor === undefined ? {} : { actor }) });
      if (result.ok) throw new Error(`${method} was done, but should have been refused`);
      return result.error;
    },
  };
}
