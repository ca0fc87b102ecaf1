import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { isImage, thumbnailEdge } from '#shared/records/attachment.ts';
import { recognise } from '#shared/records/content-type.ts';
import { formatBytes } from '../../lib/format.ts';
import type { PhotoPolicy } from './attachment-port.ts';

/** Bytes and their SHA-256. */
export interface Prepared {
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
}

/** A file as it is handed over. */
export interface PreparedFile extends Prepared {
  fileName: string;
  width: number | null;
  height: number | null;
  thumbnail: Prepared | null;
}

const thumbnailQuality = 0.7;

/** The file is none that can be attached: trying again does not help. */
export class FileRefused extends Error {}

/**
 * Makes a file ready: what it is says its content, photos become a JPEG no larger than the policy says (and lose what
 * the camera wrote into them, the place included) unless they are to be kept as they are, and get a thumbnail.
 * @throws FileRefused with words for the person who chose the file
 */
export async function prepareFile(
  file: File,
  policy: PhotoPolicy,
  { keepFullSize }: { keepFullSize: boolean },
): Promise<PreparedFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const recognised = recognise(bytes);
  if ('refused' in recognised) throw new FileRefused(recognised.refused);
  const fileName = nameOf(file);
  if (!isImage(recognised.type))
    return limited({ ...prepared(bytes), fileName, width: null, height: null, thumbnail: null }, policy);
  const picture = await decoded(bytes, recognised.type);
  try {
    const thumbnail = prepared(await jpegOf(picture, thumbnailEdge, thumbnailQuality));
    const fits = Math.max(picture.width, picture.height) <= policy.longestEdge;
    if (keepFullSize || (fits && recognised.type === 'image/png')) {
      const { width, height } = picture;
      return limited({ ...prepared(bytes), fileName, width, height, thumbnail }, policy);
    }
    const { width, height } = sizeWithin(picture, policy.longestEdge);
    const jpeg = await jpegOf(picture, policy.longestEdge, policy.quality);
    const jpegName = fileName.replace(/(\.(png|webp|jpe?g))?$/i, '.jpg');
    return limited({ ...prepared(jpeg), fileName: jpegName, width, height, thumbnail }, policy);
  } finally {
    picture.close();
  }
}

function limited(file: PreparedFile, { limit }: PhotoPolicy): PreparedFile {
  if (file.bytes.length <= limit) return file;
  throw new FileRefused(
    `The file has ${formatBytes(file.bytes.length)}; a file may have ${formatBytes(limit)}. Nothing was stored. Attach a smaller one.`,
  );
}

function prepared(bytes: Uint8Array<ArrayBuffer>): Prepared {
  return { bytes, sha256: bytesToHex(sha256(bytes)) };
}

/** A pasted picture is called 'image.png' by every system. */
function nameOf({ name }: File): string {
  // oxlint-disable-next-line no-control-regex
  const plain = name.replaceAll(/[/\\:\u0000-\u001f\u007f]/g, '_').trim();
  return plain === '' || /^\.+$/.test(plain) ? 'Unnamed' : plain.slice(0, 150);
}

async function decoded(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(new Blob([bytes], { type }));
  } catch {
    throw new FileRefused('This cannot be read as a picture; it may be damaged. Nothing was stored.');
  }
}

function sizeWithin(
  { width, height }: { width: number; height: number },
  edge: number,
): { width: number; height: number } {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** On white, as a JPEG knows nothing that can be seen through. */
async function jpegOf(picture: ImageBitmap, edge: number, quality: number): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = sizeWithin(picture, edge);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This computer cannot draw pictures just now. Nothing was stored.');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
  return new Uint8Array(await blob.arrayBuffer());
}
