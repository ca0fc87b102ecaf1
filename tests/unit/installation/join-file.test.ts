import { expect, test } from 'vitest';
import { JoinFileError, readJoinFile } from '#shared/installation/join-file.ts';

const whole = {
  arus: 'join',
  version: 1,
  office: 'Aurora Shipping',
  vessel: 'polaris',
  name: 'MV Polaris',
  broker: 'mqtts://broker.aurora.example:8883',
  user: 'polaris',
  ca: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
};

test('an office’s file says who the ship is to the office and where the broker is', () => {
  expect(readJoinFile(JSON.stringify(whole))).toEqual(whole);
  expect(readJoinFile(`\uFEFF${JSON.stringify({ ...whole, user: undefined, ca: undefined })}`)).toMatchObject(
    {
      vessel: 'polaris',
    },
  );
});

test.each([
  ['no JSON', 'PK\u0003\u0004', /not a file to join an office with/],
  ['something else', JSON.stringify({ name: 'x' }), /not a file to join an office with/],
  ['deep', `{"arus":"join","version":1,"office":${'['.repeat(50)}${']'.repeat(50)}}`, /not a file/],
  ['a newer one', JSON.stringify({ ...whole, version: 2 }), /for a newer ARUS/],
  ['an id that topics cannot carry', JSON.stringify({ ...whole, vessel: '#' }), /vessel: Letters, digits/],
  [
    'a password in the address',
    JSON.stringify({ ...whole, broker: 'mqtts://a:b@h' }),
    /broker: An address such as/,
  ],
  ['another protocol', JSON.stringify({ ...whole, broker: 'file:///etc/passwd' }), /broker: An address/],
  ['a field that it does not have', JSON.stringify({ ...whole, password: 'x' }), /password: /],
  [
    'a private key beside the authority',
    JSON.stringify({ ...whole, ca: `${whole.ca}-----BEGIN PRIVATE KEY-----` }),
    /ca: A private key/,
  ],
  ['an authority that is none', JSON.stringify({ ...whole, ca: 'x' }), /ca: /],
])('a file that is %s is refused with what to do', (_what, text, sentence) => {
  expect(() => readJoinFile(text)).toThrow(JoinFileError);
  expect(() => readJoinFile(text)).toThrow(sentence);
});
