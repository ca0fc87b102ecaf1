import { describe, expect, test } from 'vitest';
import { hasPassword, linkWarning, secretsShown } from '#link/shown-secrets.ts';

const options = {
  '--token': { isSecret: () => true, instead: 'Use --token-file.' },
  '--mqtt': { isSecret: hasPassword, instead: 'Use --mqtt-password-file.' },
};

describe('a secret on the command line', () => {
  test.each([
    [['--token', 'abc']],
    [['--port', '1', '--token=abc']],
    [['--mqtt', 'mqtts://ship:sesame@shore.example']],
    [['--mqtt=mqtt://ship:sesame@shore.example:1883']],
  ])('is warned of, without repeating it: %j', (argv) => {
    const [words, ...more] = secretsShown(argv, options);
    expect(words).toMatch(/list of programs\. Use --/);
    expect(words).not.toMatch(/abc|sesame/);
    expect(more).toEqual([]);
  });

  test.each([
    [['--mqtt', 'mqtts://shore.example']],
    [['--mqtt', 'mqtts://ship@shore.example']],
    [['--port', '1']],
  ])('is not seen where there is none: %j', (argv) => expect(secretsShown(argv, options)).toEqual([]));
});

describe('a password for the broker', () => {
  const tls = { ca: null, cert: null, key: null };
  const at = (host: string, given: Partial<Parameters<typeof linkWarning>[0]> = {}) =>
    linkWarning({ host, port: 1883, tls: null, password: 'sesame', ...given });

  test.each(['shore.example', '10.0.0.4', '2001:db8::1', '128.0.0.1', 'localhost.example'])(
    'that goes to %s unencrypted is warned of, in words',
    (host) => {
      expect(at(host)).toMatch(/unencrypted.*mqtts:\/\//s);
      expect(at(host)).not.toContain('sesame');
    },
  );

  test.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1'])(
    'that stays on this computer (%s) is not',
    (host) => {
      expect(at(host)).toBeNull();
    },
  );

  test('that goes over TLS is not, nor is a link without one', () => {
    expect(at('shore.example', { tls })).toBeNull();
    expect(at('shore.example', { password: null })).toBeNull();
  });
});
