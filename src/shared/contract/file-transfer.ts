import { z } from 'zod';
import { fileTransferStatus, importResult, packageLine, partBytes } from '../file-transfer/state.ts';
import { read, write } from './method.ts';

/** Content of files crosses in pieces of at most so many bytes, as base64. */
export const pieceBytes = 256 * 1024;
const piece = z.base64().max(Math.ceil(pieceBytes / 3) * 4);
const upload = z.uuid();

/** Changes that travel in files, by USB stick or e-mail, while there is no link. */
export const fileTransferMethods = {
  'byHand.status': read(z.strictObject({}), fileTransferStatus),
  /** Makes a file of everything that the other end has not confirmed, in parts of at most so many bytes. */
  'byHand.export': write(z.strictObject({ partBytes }), z.object({ made: packageLine.nullable() })),
  /** A piece of a part that was made, to be saved; `last` with the last one. */
  'byHand.content': read(
    z.strictObject({ parcel: z.uuid(), part: z.number().int().min(1), piece: z.number().int().min(0) }),
    z.object({ content: z.string(), last: z.boolean() }),
  ),
  /** A piece of a file that is to be imported, one after the other; the first one begins anew. */
  'byHand.upload': write(
    z.strictObject({ upload, piece: z.number().int().min(0), content: piece }),
    z.object({ bytes: z.number().int() }),
  ),
  /** Takes in what was uploaded: a part of a file, or the office's key. */
  'byHand.import': write(z.strictObject({ upload }), importResult),
  /** Reads a key's text without taking it over. */
  'byHand.readKey': read(
    z.strictObject({ text: z.string().max(400) }),
    z.object({ of: z.string(), fingerprint: z.string(), standing: z.enum(['first', 'known', 'changed']) }),
  ),
  /** Takes over the office's key, once a person has compared its fingerprint. */
  'byHand.trust': write(
    z.strictObject({ text: z.string().max(400), fingerprint: z.string().max(40) }),
    fileTransferStatus,
  ),
};
