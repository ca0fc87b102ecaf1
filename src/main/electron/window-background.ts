/** Grounds of the page's own day and dusk themes, for the very first start, before the page has told its own. */
const day = '#f7f8f8';
const dusk = '#1a212a';

export function windowBackground(dark: boolean): string {
  return dark ? dusk : day;
}

/** Takes `#rrggbb`; true where a light frame around it would dazzle. Weights of ITU-R BT.709. */
export function isDark(colour: string): boolean {
  const channel = (from: number): number => Number.parseInt(colour.slice(from, from + 2), 16) / 255;
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) < 0.5;
}
