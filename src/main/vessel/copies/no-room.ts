/** The disk has not the room that something would take. `message` is a sentence for people. */
export class NoRoom extends Error {
  constructor(free: number, needed: number) {
    super(`The disk has ${megabytes(free)} free, and ${megabytes(needed)} are needed.`);
  }
}

/** For people, rounded up: `80 MB`. */
export const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en-GB')} MB`;
