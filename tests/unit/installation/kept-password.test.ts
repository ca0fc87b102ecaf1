import { expect, test } from 'vitest';
import { passwordGoesAlong } from '#shared/installation/kept-password.ts';

test.each([
  ['mqtts://b.example.com:8883', 'mqtts://b.example.com', true],
  ['mqtts://polaris:secret@b.example.com', ' MQTTS://B.example.com:8883/ ', true],
  ['mqtt://b.example.com', 'mqtts://b.example.com', true],
  ['mqtts://[::1]:8883', 'mqtts://[::1]', true],
  ['mqtts://b.example.com', 'mqtt://b.example.com', false],
  ['mqtts://b.example.com', 'mqtts://b.example.com.evil.net', false],
  ['mqtts://b.example.com', 'mqtts://b.example.com@evil.net', false],
  ['mqtts://b.example.com', 'mqtts://b.example.com:x@evil.net', false],
  ['mqtts://b.example.com', 'mqtts://evil.net/b.example.com', false],
  ['', '', false],
])('from %j to %j: %j', (before, now, goesAlong) => {
  expect(passwordGoesAlong(before, now)).toBe(goesAlong);
});
