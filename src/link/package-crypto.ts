import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import type { KeyPair, PackageCrypto } from '#shared/ports.ts';

const algorithm = 'aes-256-gcm';
const tagLength = 16;
const keyText = z.object({ x: z.string(), d: z.string() });

type Curve = 'Ed25519' | 'X25519';

/** Node's own cryptography, for files that travel by hand. */
export const packageCrypto: PackageCrypto = {
  newSigningKeys: () => pairOf(generateKeyPairSync('ed25519').privateKey),
  newAgreementKeys: () => pairOf(generateKeyPairSync('x25519').privateKey),
  sign: (message, keys) => sign(null, message, privateKey('Ed25519', keys)),
  verify: (message, signature, key) => {
    try {
      return verify(null, message, publicKey('Ed25519', key), signature);
    } catch {
      return false;
    }
  },
  agree: (own, key) => {
    try {
      return diffieHellman({ privateKey: privateKey('X25519', own), publicKey: publicKey('X25519', key) });
    } catch {
      return null;
    }
  },
  derive: (secret, salt, info) => new Uint8Array(hkdfSync('sha256', secret, salt, info, 32)),
  encrypt(key, nonce, bound, plain) {
    const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(bound);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  decrypt(key, nonce, bound, sealed) {
    if (sealed.length < tagLength) return null;
    const end = sealed.length - tagLength;
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
    decipher.setAAD(bound).setAuthTag(sealed.subarray(end));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
    } catch {
      return null;
    }
  },
  hash() {
    const hash = createHash('sha512');
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => hash.digest(),
    };
  },
};

function pairOf(key: KeyObject): KeyPair {
  const { x, d } = keyText.parse(key.export({ format: 'jwk' }));
  return { publicKey: Buffer.from(x, 'base64url'), privateKey: Buffer.from(d, 'base64url') };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

function privateKey(crv: Curve, keys: KeyPair): KeyObject {
  const key = { kty: 'OKP', crv, x: text(keys.publicKey), d: text(keys.privateKey) };
  return createPrivateKey({ key, format: 'jwk' });
}

function publicKey(crv: Curve, key: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv, x: text(key) }, format: 'jwk' });
}
