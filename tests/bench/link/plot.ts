/** Small plots as SVG, without a program that draws: readable on light and on dark paper alike. */
export interface Line {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
  dashed?: boolean;
}

export interface Bar {
  name: string;
  value: number;
  /** Drawn in the colour of what is ours. */
  ours: boolean;
}

const width = 720;
const left = 64;
const right = 16;
/** The legend stands below the axes, where no line goes, in two columns. */
const legend = { columnWidth: 320, rowHeight: 18 } as const;
const colours = ['#2f7de1', '#e0782f', '#3fa66b', '#9a6fd8'];

export function linePlot(title: string, { x, y }: { x: string; y: string }, lines: readonly Line[]): string {
  const axesHeight = 340;
  const plot = { top: 60, bottom: 48 };
  const height = axesHeight + Math.ceil(lines.length / 2) * legend.rowHeight + 6;
  const points = lines.flatMap((line) => line.points);
  const most = [
    niceCeiling(Math.max(...points.map(([a]) => a))),
    niceCeiling(Math.max(...points.map(([, b]) => b))),
  ];
  const [mostX = 1, mostY = 1] = most;
  const atX = (value: number): number => left + (value / mostX) * (width - left - right);
  const atY = (value: number): number =>
    axesHeight - plot.bottom - (value / mostY) * (axesHeight - plot.top - plot.bottom);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const grid = ticks.flatMap((share) => [
    `<line class="grid" x1="${left}" x2="${width - right}" y1="${at(atY(share * mostY))}" y2="${at(atY(share * mostY))}"/>`,
    text(left - 8, atY(share * mostY) + 4, number(share * mostY), 'end'),
    text(atX(share * mostX), axesHeight - plot.bottom + 18, number(share * mostX), 'middle'),
  ]);
  const drawn = lines.flatMap((line, index) => {
    const colour = colours[index % colours.length] ?? '';
    const path = line.points.map(([a, b]) => `${at(atX(a))},${at(atY(b))}`).join(' ');
    const legendX = left + (index % 2) * legend.columnWidth;
    const legendY = axesHeight + 12 + Math.floor(index / 2) * legend.rowHeight;
    const dash = line.dashed === true ? ' stroke-dasharray="5 4"' : '';
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2"${dash} points="${path}"/>`,
      `<line stroke="${colour}" stroke-width="2"${dash} x1="${legendX}" x2="${legendX + 22}" y1="${legendY - 4}" y2="${legendY - 4}"/>`,
      text(legendX + 28, legendY, line.name, 'start'),
    ];
  });
  return page(height, title, [
    ...grid,
    ...drawn,
    text((left + width - right) / 2, axesHeight - 10, x, 'middle'),
    text(left - 8, plot.top - 14, y, 'end'),
  ]);
}

export function barPlot(title: string, unit: string, bars: readonly Bar[]): string {
  const row = 30;
  const height = 52 + bars.length * row;
  const labels = 250;
  const most = Math.max(...bars.map(({ value }) => value));
  const drawn = bars.flatMap(({ name, value, ours }, index) => {
    const y = 44 + index * row;
    const length = Math.max(1, (value / most) * (width - labels - 110));
    return [
      text(labels - 8, y + 15, name, 'end'),
      `<rect x="${labels}" y="${y}" width="${at(length)}" height="20" rx="2" fill="${colours[ours ? 0 : 1]}"/>`,
      text(labels + length + 6, y + 15, `${number(value)} ${unit}`, 'start'),
    ];
  });
  return page(height, title, drawn);
}

function page(height: number, title: string, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-size: 15px; font-weight: 600 }
.paper { fill: #fff }
.grid { stroke: #8886; stroke-width: 1 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .paper { fill: #16191d } }
</style>
<rect class="paper" width="${width}" height="${height}"/>
<text class="title" x="16" y="24">${escaped(title)}</text>
${content.join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const at = (value: number): string => value.toFixed(1);

const number = (value: number): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });

/** The next round number up. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  const step = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}
