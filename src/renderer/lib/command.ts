/** Something that can be done from the keyboard or the palette. */
export interface Command {
  /** A verb and what it is done to, in sentence case. */
  label: string;
  /** The key that does it anywhere on screen, as printed on the keyboard. */
  keys?: string | undefined;
  run: () => void;
}
