import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { type ReadText, UnreadableFile, readPlainFile } from '#files/bounded-file.ts';

/** What a person gives to reach a broker. The names are those of the programs' options. */
export interface BrokerOptions {
  /** `mqtt://HOST[:PORT]` or `mqtts://HOST[:PORT]`; may carry `USER:PASSWORD@`. */
  mqtt: string;
  /** File with the certificates (PEM) of the authorities to trust; the public ones when left out. */
  ca?: string | undefined;
  /** Files with this program's own certificate and key (PEM). */
  cert?: string | undefined;
  key?: string | undefined;
  mqttUser?: string | undefined;
  /** File with nothing but the password. */
  mqttPasswordFile?: string | undefined;
  /** The password itself, from the environment; a file goes before it. */
  mqttPassword?: string | undefined;
}

/** How to reach a broker and who we are to it. Holds secrets: never log it. */
export interface BrokerConfiguration {
  host: string;
  port: number;
  /** Null for a plain connection. */
  tls: TlsMaterial | null;
  user: string | null;
  password: string | null;
  pace: BrokerPace;
  /**
   * The same with its files read again, as a password or a certificate may have been put right meanwhile.
   * @throws {ConfigurationError} where one cannot be used as it is now: half written, say, or held by another program
   */
  again(): BrokerConfiguration;
}

/** PEM texts. */
export interface TlsMaterial {
  /** Null: the authorities that Node trusts. */
  ca: string | null;
  cert: string | null;
  key: string | null;
}

export interface BrokerPace {
  /** From the first packet until the subscriptions stand, milliseconds. */
  connectTimeout: number;
  /** MQTT keepalive, seconds; 0 for none. */
  keepalive: number;
  /** Shortest and longest wait between two attempts, milliseconds. */
  shortestWait: number;
  longestWait: number;
  /** Longest wait while another program seems to use our name at the broker, milliseconds; the usual one when left out. */
  suspectedRivalWait?: number;
}

/**
 * Measured on L-band terminals: gaps of 70 s, and the client wants its ping answered within half the keepalive;
 * TCP, TLS and CONNECT together have taken more than a minute there.
 */
export const usualPace: BrokerPace = {
  connectTimeout: 90_000,
  keepalive: 240,
  shortestWait: 1_000,
  longestWait: 60_000,
};

/** An option that is missing or wrong; the message names it and says what would be right. */
export class ConfigurationError extends Error {
  readonly option: string;
  constructor(option: string, explanation: string) {
    super(`${option}: ${explanation}`);
    this.name = 'ConfigurationError';
    this.option = option;
  }
}

/** Bytes. All authorities that a system trusts are some 250,000. */
const largestFile = 1_000_000;

export const readFromDisk: ReadText = (file) => readPlainFile(file, largestFile);

/**
 * Reads and checks everything that is needed to reach the broker.
 * @throws {ConfigurationError} naming the first option that is wrong. Secrets never stand in its message.
 */
export function brokerConfiguration(
  options: BrokerOptions,
  pace: Partial<BrokerPace> = {},
  readText: ReadText = readFromDisk,
): BrokerConfiguration {
  const address = parseAddress(options.mqtt);
  const password =
    options.mqttPasswordFile === undefined
      ? (options.mqttPassword ?? address.password)
      : passwordFrom(options, readText);
  const user = options.mqttUser ?? address.user;
  if (password !== null && user === null) {
    throw new ConfigurationError('--mqtt-user', 'a password was given, but not whose it is');
  }
  return {
    host: address.host,
    port: address.port,
    tls: address.secure ? tlsMaterial(options, readText) : refuseTlsMaterial(options),
    user,
    password,
    pace: { ...usualPace, ...pace },
    again: () => brokerConfiguration(options, pace, readText),
  };
}

/** Host and port of a broker, for screens and logs; without credentials. */
export function brokerName(configuration: Pick<BrokerConfiguration, 'host' | 'port'>): string {
  const { host, port } = configuration;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

interface Address {
  secure: boolean;
  host: string;
  port: number;
  user: string | null;
  password: string | null;
}

function parseAddress(text: string): Address {
  const wanted = 'give the broker as mqtt://HOST:PORT, or mqtts://HOST:PORT for TLS';
  // The text itself is not repeated: it may hold a password.
  const url = URL.parse(text);
  if (url === null) throw new ConfigurationError('--mqtt', `this is not an address; ${wanted}`);
  if (url.protocol !== 'mqtt:' && url.protocol !== 'mqtts:') {
    throw new ConfigurationError('--mqtt', `'${url.protocol}//' is not supported; ${wanted}`);
  }
  if (url.hostname === '') throw new ConfigurationError('--mqtt', `the host is missing; ${wanted}`);
  if (url.port === '0') throw new ConfigurationError('--mqtt', 'port 0 cannot be connected to');
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '') {
    throw new ConfigurationError('--mqtt', `nothing may follow the port; ${wanted}`);
  }
  const secure = url.protocol === 'mqtts:';
  const usualPort = secure ? 8883 : 1883;
  return {
    secure,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? usualPort : Number(url.port),
    user: decoded(url.username),
    password: decoded(url.password),
  };
}

function decoded(part: string): string | null {
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConfigurationError('--mqtt', 'user and password in an address must be percent-encoded');
  }
}

function passwordFrom(options: BrokerOptions, readText: ReadText): string {
  const file = options.mqttPasswordFile ?? '';
  const password = read('--mqtt-password-file', file, readText).replace(/\r?\n$/, '');
  if (password === '') throw new ConfigurationError('--mqtt-password-file', `${file} is empty`);
  return password;
}

function refuseTlsMaterial(options: BrokerOptions): null {
  for (const option of ['ca', 'cert', 'key'] as const) {
    if (options[option] !== undefined) {
      throw new ConfigurationError(`--${option}`, 'is of use only over TLS; give --mqtt=mqtts://HOST:PORT');
    }
  }
  return null;
}

function tlsMaterial(options: BrokerOptions, readText: ReadText): TlsMaterial {
  const ca = options.ca === undefined ? null : read('--ca', options.ca, readText);
  if (ca !== null) certificates('--ca', options.ca ?? '', ca);
  if (options.cert === undefined && options.key === undefined) return { ca, cert: null, key: null };
  if (options.cert === undefined) {
    throw new ConfigurationError('--cert', '--key was given without the certificate that belongs to it');
  }
  if (options.key === undefined) {
    throw new ConfigurationError('--key', '--cert was given without the key that belongs to it');
  }
  const cert = read('--cert', options.cert, readText);
  const key = read('--key', options.key, readText);
  const own = certificates('--cert', options.cert, cert)[0];
  if (own?.checkPrivateKey(privateKey(options.key, key)) !== true) {
    throw new ConfigurationError('--key', `${options.key} is not the key of the certificate ${options.cert}`);
  }
  return { ca, cert, key };
}

function certificates(option: string, file: string, pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    throw new ConfigurationError(
      option,
      `${file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`,
    );
  }
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new ConfigurationError(option, `${file} holds a certificate that cannot be read`);
    }
  });
}

function privateKey(file: string, pem: string): KeyObject {
  if (pem.includes('ENCRYPTED')) {
    throw new ConfigurationError('--key', `${file} is protected by a passphrase; give a key without one`);
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new ConfigurationError(
      '--key',
      `${file} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)`,
    );
  }
}

function read(option: string, file: string, readText: ReadText): string {
  try {
    return readText(file, option);
  } catch (error) {
    if (error instanceof UnreadableFile)
      throw new ConfigurationError(option, `the file ${file} cannot be used: ${error.message}`);
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') throw new ConfigurationError(option, `the file ${file} does not exist`);
    if (code === 'EACCES')
      throw new ConfigurationError(option, `the file ${file} may not be read by this user`);
    throw new ConfigurationError(option, `the file ${file} cannot be read (${String(code ?? error)})`);
  }
}
