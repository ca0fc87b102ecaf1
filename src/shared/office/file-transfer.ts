import { z } from 'zod';
import { fileTransferStatus, packageLine, partBytes } from '../file-transfer/state.ts';
import { packageId } from '../file-transfer/header.ts';
import { vesselId } from '../sync/topics.ts';

/** Files that travel by hand, for the office. Their content goes as it is (`application/octet-stream`): `content.ts`. */
export const fileTransferShapes = {
  params: z.object({ id: vesselId }),
  status: fileTransferStatus,
  own: fileTransferStatus.shape.own,
  exportBody: z.strictObject({ partBytes }),
  made: packageLine,
  key: z.strictObject({ text: z.string().max(400) }),
  keyRead: z.object({
    of: z.string(),
    fingerprint: z.string(),
    standing: z.enum(['first', 'known', 'changed']),
  }),
  trust: z.strictObject({ text: z.string().max(400), fingerprint: z.string().max(40) }),
};

/** Where content goes: `POST` a file to be imported to the first, `GET` a part that was made from the second. */
export const fileTransferContentPaths = {
  import: '/api/vessels/{id}/by-hand/import',
  content: '/api/vessels/{id}/by-hand/files/{parcel}/{part}',
} as const;

export const contentParams = z.object({
  id: vesselId,
  parcel: packageId,
  part: z.coerce.number().int().min(1),
});

/** The address of one of them, its parameters filled in. */
export function contentPath(
  path: (typeof fileTransferContentPaths)[keyof typeof fileTransferContentPaths],
  parameters: Readonly<Record<string, string | number>>,
): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
}
