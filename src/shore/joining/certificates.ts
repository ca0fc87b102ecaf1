import { X509Certificate } from 'node:crypto';

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** An authority and those between it and the broker. */
const mostCertificates = 20;

/**
 * The certificates in a text, each as PEM and nothing else of it: what stands between them is nobody's to pass on.
 * @param now ms since 1970
 * @returns what is wrong, in words, where there is none to be used
 */
export function certificatesIn(text: string, now: number): { pem: string } | { wrong: string } {
  if (text.includes('PRIVATE KEY-----'))
    return { wrong: 'There is a private key in it. Give the certificate alone' };
  const blocks = text.match(block) ?? [];
  if (blocks.length === 0) return { wrong: 'There is no certificate in it (-----BEGIN CERTIFICATE-----)' };
  if (blocks.length > mostCertificates) return { wrong: `At most ${mostCertificates} certificates` };
  const pems: string[] = [];
  for (const each of blocks) {
    let certificate: X509Certificate;
    try {
      certificate = new X509Certificate(each);
    } catch {
      return { wrong: 'A certificate in it cannot be read' };
    }
    if (certificate.validToDate.getTime() < now)
      return { wrong: `A certificate in it ended on ${certificate.validToDate.toISOString().slice(0, 10)}` };
    pems.push(certificate.toString().trim());
  }
  return { pem: `${pems.join('\n')}\n` };
}
