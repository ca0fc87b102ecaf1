import { ColumnsError, type ByteReader, type ByteWriter } from './bytes.ts';

/** Numbers further apart than this are not said by their differences. */
const largestStep = 2 ** 50;
const mostPlanes = 7;

/**
 * Numbers by their differences, as `signed`, in planes: first how many bytes the largest takes, then of all of them
 * the highest byte, and so on to the lowest. The high ones compress, the low ones are noise. 0 planes: `near` one by one.
 */
export function writeDeltas(out: ByteWriter, values: readonly number[]): void {
  let previous = 0;
  const steps = values.map((value) => {
    const step = value - previous;
    previous = value;
    return step;
  });
  // The first is far from nothing: it goes by itself.
  const [first = 0, ...rest] = values;
  out.near(first, 0);
  if (steps.some((step, index) => index > 0 && Math.abs(step) >= largestStep)) {
    out.byte(0);
    rest.forEach((value, index) => out.near(value, values[index] ?? 0));
    return;
  }
  const folded = steps.slice(1).map((step) => (step < 0 ? -step * 2 - 1 : step * 2));
  const planes = Math.max(1, ...folded.map(bytesOf));
  out.byte(planes);
  for (let plane = planes - 1; plane >= 0; plane -= 1)
    for (const step of folded) out.byte(Math.floor(step / 256 ** plane) % 256);
}

/** Reads what `writeSteps` wrote of `length` numbers, at least one. */
export function readDeltas(from: ByteReader, length: number): number[] {
  let previous = from.near(0);
  const values = [previous];
  const planes = from.byte();
  if (planes > mostPlanes) throw new ColumnsError('Steps that are too wide');
  if (planes === 0) {
    while (values.length < length) values.push((previous = from.near(previous)));
    return values;
  }
  const columns = Array.from({ length: planes }, () => from.raw(length - 1));
  for (let index = 0; index < length - 1; index += 1) {
    const step = columns.reduce((sum, plane) => sum * 256 + (plane[index] ?? 0), 0);
    previous += step % 2 === 1 ? -(step + 1) / 2 : step / 2;
    if (!Number.isSafeInteger(previous)) throw new ColumnsError('A number is too large');
    values.push(previous);
  }
  return values;
}

function bytesOf(value: number): number {
  let count = 1;
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) count += 1;
  return count;
}
