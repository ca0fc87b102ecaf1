/** No ship or office may want an attachment larger than this: bytes. A message says no more of one either. */
export const largestAttachment = 64 * 1024 * 1024;
