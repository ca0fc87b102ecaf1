import { BlockList, isIP } from 'node:net';
import type { BrokerConfiguration } from './configuration.ts';
import { brokerName } from './configuration.ts';

/** Options that carry a secret, or may, and what to give instead. */
export type SecretOptions = Readonly<
  Record<string, { isSecret: (value: string) => boolean; instead: string }>
>;

/** Whether an address has a password in it. */
export function hasPassword(address: string): boolean {
  return (URL.parse(address)?.password ?? '') !== '';
}

/**
 * Secrets on the command line, which everybody on the computer can read there (`ps`).
 * @param argv the program's arguments
 * @returns a sentence for each, without the secret
 */
export function secretsShown(argv: readonly string[], options: SecretOptions): string[] {
  return Object.entries(options).flatMap(([name, { isSecret, instead }]) => {
    const shown = argv.some((argument, index) => {
      if (argument === name) return isSecret(argv[index + 1] ?? '');
      return argument.startsWith(`${name}=`) && isSecret(argument.slice(name.length + 1));
    });
    return shown
      ? [
          `What ${name} says is secret, and everybody on this computer can read it in the list of programs. ${instead}`,
        ]
      : [];
  });
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** What people should know of how the broker is reached, in words; null where there is nothing. */
export function linkWarning({
  host,
  port,
  tls,
  password,
}: Pick<BrokerConfiguration, 'host' | 'port' | 'tls' | 'password'>): string | null {
  if (tls !== null || password === null || isThisComputer(host)) return null;
  return (
    `The password for ${brokerName({ host, port })} goes there unencrypted (mqtt://), and so does everything else: ` +
    'whoever listens on the way can read it, and write in our name. Give the address as mqtts://.'
  );
}

function isThisComputer(host: string): boolean {
  const kind = isIP(host);
  if (kind === 0) return host === 'localhost' || host.endsWith('.localhost');
  return loopback.check(host, kind === 4 ? 'ipv4' : 'ipv6');
}
