import type { Codec } from '#shared/ports.ts';

/** Frames go as they are: compressing them is tested elsewhere, and would take most of a run's time. */
export const plainCodec: Codec = {
  compress: (plain) => plain,
  decompress(packed, limit) {
    if (packed.length > limit) throw new Error(`More than ${limit} bytes`);
    return packed;
  },
};
