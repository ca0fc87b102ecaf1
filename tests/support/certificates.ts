import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.ts';

/** Paths of two PEM files. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** An authority of its own for one test. Its keys are P-256, as on a link that is paid by the megabyte. */
export interface CertificateAuthority {
  /** Path of its certificate, PEM: what clients and brokers are told to trust. */
  readonly certificate: string;
  /** A server's certificate for these names and addresses; localhost and 127.0.0.1 when not given. */
  server(options?: { names?: readonly string[]; expired?: boolean }): KeyPair;
  /** A client's certificate; a broker takes the common name as its user name. */
  client(commonName: string, options?: { expired?: boolean }): KeyPair;
}

function openssl(directory: string, ...parameters: string[]): void {
  execFileSync('openssl', parameters, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
}

function newKey(directory: string, name: string): string {
  const key = join(directory, `${name}.key`);
  openssl(directory, 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', key);
  return key;
}

/** Makes an authority with openssl, in a temporary directory. Two of them do not trust one another. */
export function certificateAuthority(name = 'ARUS test authority'): CertificateAuthority {
  const directory = temporaryDirectory('certificates');
  const key = newKey(directory, 'authority');
  const certificate = join(directory, 'authority.pem');
  const subject = ['-subj', `/CN=${name}`];
  openssl(directory, 'req', '-x509', '-new', '-key', key, '-out', certificate, '-days', '30', ...subject);

  // `openssl x509` of Debian 12 cannot date a certificate back; `openssl ca` can, and wants these files.
  writeFileSync(join(directory, 'index.txt'), '');
  writeFileSync(join(directory, 'serial'), '1000\n');
  const configuration = join(directory, 'ca.conf');
  writeFileSync(
    configuration,
    `[ca]
default_ca = authority
[authority]
database = ${join(directory, 'index.txt')}
new_certs_dir = ${directory}
serial = ${join(directory, 'serial')}
certificate = ${certificate}
private_key = ${key}
default_md = sha256
unique_subject = no
policy = policy
[policy]
commonName = supplied
`,
  );

  let issued = 0;
  function issue(commonName: string, extensions: string, expired: boolean): KeyPair {
    issued += 1;
    const file = `issued-${issued}`;
    const own = { certificate: join(directory, `${file}.pem`), key: newKey(directory, file) };
    const request = join(directory, `${file}.csr`);
    openssl(directory, 'req', '-new', '-key', own.key, '-out', request, '-subj', `/CN=${commonName}`);
    appendFileSync(configuration, `[${file}]\nbasicConstraints = CA:FALSE\n${extensions}\n`);
    const dates = expired
      ? ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z']
      : ['-days', '10'];
    const output = ['-in', request, '-out', own.certificate, '-extensions', file, ...dates];
    openssl(directory, 'ca', '-batch', '-notext', '-config', configuration, ...output);
    return own;
  }

  return {
    certificate,
    server({ names = ['localhost', '127.0.0.1'], expired = false } = {}) {
      const alternatives = names.map((host) => `${/^[\d.]+$/.test(host) ? 'IP' : 'DNS'}:${host}`).join(',');
      const extensions = `extendedKeyUsage = serverAuth\nsubjectAltName = ${alternatives}`;
      return issue(names[0] ?? 'localhost', extensions, expired);
    },
    client: (commonName, { expired = false } = {}) =>
      issue(commonName, 'extendedKeyUsage = clientAuth', expired),
  };
}
