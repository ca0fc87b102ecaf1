import { attachmentPolicy, type AttachmentPolicy } from '#shared/contract/attachments.ts';
import { attachmentLimit } from '#shared/records/attachment.ts';
import type { Settings } from '../store/settings.ts';

const usual: AttachmentPolicy = {
  longestEdge: 1_600,
  quality: 0.8,
  limit: attachmentLimit,
  fetchUpTo: 500_000,
};

/** How large attachments may be on this computer, and which come from shore by themselves. */
export function readPolicy(settings: Settings): AttachmentPolicy {
  const stored = settings.get('attachment_policy');
  if (stored === null) return usual;
  const parsed = attachmentPolicy.partial().safeParse(JSON.parse(stored));
  return parsed.success ? attachmentPolicy.parse({ ...usual, ...parsed.data }) : usual;
}

/** @returns the policy as it is now */
export function changePolicy(
  settings: Settings,
  changes: { [K in keyof AttachmentPolicy]?: AttachmentPolicy[K] | undefined },
): AttachmentPolicy {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const policy = attachmentPolicy.parse({ ...readPolicy(settings), ...given });
  settings.set('attachment_policy', JSON.stringify(policy));
  return policy;
}
