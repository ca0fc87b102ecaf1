/** The first thing that does not fit when a database is verified; the message is a sentence about it. */
export class Difference extends Error {}
