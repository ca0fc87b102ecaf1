import type uPlot from 'uplot';

/** Height of a label, CSS pixels. */
const labelHeight = 14;
const mostLetters = 16;

interface Label {
  y: number;
  text: string;
}

/** Writes each line's name and last figure where the line ends, below one another where they would meet. */
export function drawLabels(
  plot: uPlot,
  look: { names: readonly string[]; font: string; colour: string; format: (value: number) => string },
): void {
  const { names, font, colour, format } = look;
  const { ctx, bbox, data } = plot;
  const scale = devicePixelRatio;
  const labels = names.flatMap((name, place): Label[] => {
    const last = Array.from(data[place + 1] ?? []).findLast((value) => typeof value === 'number');
    if (typeof last !== 'number') return [];
    const short = name.length > mostLetters ? `${name.slice(0, mostLetters - 1)}…` : name;
    return [{ y: plot.valToPos(last, 'y', true), text: `${short} ${format(last)}`.trim() }];
  });
  ctx.save();
  ctx.font = font.replace(/^\d+/, (size) => String(Number(size) * scale));
  ctx.fillStyle = colour;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  const room = { least: labelHeight * scale, top: bbox.top, bottom: bbox.top + bbox.height };
  for (const { y, text } of spread(labels, room)) ctx.fillText(text, bbox.left + bbox.width + 6 * scale, y);
  ctx.restore();
}

/** The labels from the top, none nearer than `least` to another, and as far as there is room between `top` and `bottom`. */
export function spread(
  labels: readonly Label[],
  { least, top, bottom }: { least: number; top: number; bottom: number },
): Label[] {
  const placed = labels.toSorted((a, b) => a.y - b.y).map((label) => ({ ...label }));
  let limit = bottom;
  for (const label of placed.toReversed()) {
    label.y = Math.min(label.y, limit);
    limit = label.y - least;
  }
  let from = top;
  for (const label of placed) {
    label.y = Math.max(label.y, from);
    from = label.y + least;
  }
  return placed;
}
