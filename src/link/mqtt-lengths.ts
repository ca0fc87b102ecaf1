// @ts-expect-error: mqtt-packet tells nothing of the types of this module.
import untyped from 'mqtt-packet/numbers.js';

interface Numbers {
  /** A length as MQTT writes it, in one to four bytes. */
  genBufVariableByteInt: (length: number) => Buffer;
}

const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'object' && value !== null && 'genBufVariableByteInt' in value;

/**
 * mqtt-packet keeps what it has written once as the length of a packet, for every length below 16,384. Each is a few
 * bytes of a pool's slab of 64 kB, and holds all of it: a program that sends packets of many lengths would take a
 * gigabyte in the end. So each has bytes of its own. Has to be imported before anything that imports mqtt-packet.
 */
const numbers: unknown = untyped;
if (!isNumbers(numbers)) throw new Error('mqtt-packet writes lengths in another way than it did');
const pooled = numbers.genBufVariableByteInt;
numbers.genBufVariableByteInt = (length) => {
  const bytes = pooled(length);
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
};
