import { expect, test } from 'vitest';
import { spread } from '../../../src/renderer/ui/line-plot/direct-labels.ts';

test('names of lines that end at one height stand below one another, none above the plot nor below it', () => {
  const at = (y: number) => ({ y, text: '' });
  const room = { least: 14, top: 0, bottom: 100 };
  const placed = (...heights: number[]) => spread(heights.map(at), room).map(({ y }) => y);
  expect(placed(100, 20, 100)).toEqual([20, 86, 100]);
  expect(placed(10, 50)).toEqual([10, 50]);
  expect(placed(2, 2)).toEqual([0, 14]);
  expect(placed(-9, -9)).toEqual([0, 14]);
});
