/** The second place, or a file from elsewhere, is not there. `message` is a part of a sentence, or a whole one. */
export class Absent extends Error {}
