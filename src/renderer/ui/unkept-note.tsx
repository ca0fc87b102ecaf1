import type { ReactNode } from 'react';

/** Says that what is typed would be gone with this page, and why; nothing where it is kept. */
export function UnkeptNote({
  why,
  className,
}: {
  why: string | null;
  className?: string | undefined;
}): ReactNode {
  if (why === null) return null;
  return (
    <p className={className} role="status">
      {`Save soon: what you type is kept on this page only. ${why}`}
    </p>
  );
}
