/** A value that a field of a synced record can hold, on disk and on the wire. */
export type Scalar = string | number | boolean | null;
