const address = /^(mqtts?):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::\d+)?\/?$/i;

/** Scheme and host of a broker's address, in small letters; null where it is none. */
export function brokerHost(text: string): { scheme: string; host: string } | null {
  const [, scheme, host] = address.exec(text.trim()) ?? [];
  return scheme === undefined || host === undefined
    ? null
    : { scheme: scheme.toLowerCase(), host: host.toLowerCase() };
}

/**
 * Whether a broker's password that is kept goes along when the address changes: to the host that it was given for, and over
 * TLS where it went over TLS. Otherwise a file in the office's name, or a hand at the screen, could have it sent anywhere.
 * @param before address that it was given for, such as `mqtts://broker.example.com:8883`
 */
export function passwordGoesAlong(before: string, now: string): boolean {
  const [old, next] = [brokerHost(before), brokerHost(now)];
  if (old === null || next === null || old.host !== next.host) return false;
  return old.scheme === next.scheme || next.scheme === 'mqtts';
}
