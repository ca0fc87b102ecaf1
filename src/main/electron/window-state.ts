import { z } from 'zod';
import { readText } from '#files/held-files.ts';
import { writeWhole } from '#files/whole-files.ts';

export const smallestWindow = { width: 720, height: 520 } as const;
const usualWindow = { width: 1280, height: 800 } as const;
/** Of a window that was last on a display now gone or moved, this much must still be in reach of a hand. */
const reach = { width: 160, height: 40 } as const;

/** As the page gives it in `<meta name="theme-color">`. */
export const themeColour = z.string().regex(/^#[0-9a-f]{6}$/i, 'A colour as #rrggbb');

const rectangle = z.strictObject({
  x: z.number().int().min(-100_000).max(100_000),
  y: z.number().int().min(-100_000).max(100_000),
  width: z.number().int().min(1).max(100_000),
  height: z.number().int().min(1).max(100_000),
});
export type Rectangle = z.infer<typeof rectangle>;

const windowState = z.strictObject({
  bounds: rectangle.optional(),
  maximized: z.boolean().optional(),
  /** Ground of the theme that the page last showed, so that the next start begins in it. */
  ground: themeColour.optional(),
  /** Whether the frame that the system draws had to be told apart from the system's own preference for it. */
  frame: z.enum(['system', 'light', 'dark']).optional(),
});
export type WindowState = z.infer<typeof windowState>;

/** What was kept; empty when there is nothing, or nothing that can be read. */
export function readWindowState(file: string): WindowState {
  try {
    return windowState.parse(JSON.parse(readText(file)));
  } catch {
    // The place of a window is never worth an error at start.
    return {};
  }
}

/** Replaces the file as a whole, so that a power cut leaves the old one or the new one. */
export function writeWindowState(file: string, state: WindowState): void {
  writeWhole(file, `${JSON.stringify(state)}\n`);
}

/**
 * Takes the bounds kept and the work areas of the displays there are, the primary one first, all in
 * device-independent pixels; returns where the window goes.
 */
export function placeWindow(kept: Rectangle | undefined, workAreas: readonly Rectangle[]): Rectangle {
  const [primary = { x: 0, y: 0, ...usualWindow }] = workAreas;
  if (kept !== undefined) {
    const area = workAreas.find((candidate) => isInReach(kept, candidate));
    if (area !== undefined) {
      return {
        ...kept,
        width: between(smallestWindow.width, kept.width, area.width),
        height: between(smallestWindow.height, kept.height, area.height),
      };
    }
  }
  const width = Math.min(usualWindow.width, primary.width);
  const height = Math.min(usualWindow.height, primary.height);
  return {
    x: primary.x + Math.floor((primary.width - width) / 2),
    y: primary.y + Math.floor((primary.height - height) / 2),
    width,
    height,
  };
}

function isInReach(kept: Rectangle, area: Rectangle): boolean {
  const across = Math.min(kept.x + kept.width, area.x + area.width) - Math.max(kept.x, area.x);
  const titleBarIsBelowTop = kept.y >= area.y;
  const titleBarIsAboveBottom = kept.y + reach.height <= area.y + area.height;
  return across >= reach.width && titleBarIsBelowTop && titleBarIsAboveBottom;
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, Math.min(least, most)), most);
}
