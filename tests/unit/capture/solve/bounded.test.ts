import { expect, test } from 'vitest';
import { minimiseBounded } from '../../../../src/capture/solve/bounded.ts';

test('finds the least of a bowl inside its bounds, on them and between', () => {
  // H = [[2, 1], [1, 2]]: free minimum H⁻¹ b; with x0 held at 1 the other is (b1 - 1) / 2.
  const solve = (linear: number[], high: number): number[] => {
    const x = new Float64Array(2);
    minimiseBounded(Float64Array.of(2, 1, 1, 2), Float64Array.from(linear), new Float64Array(2), Float64Array.of(high, high), x);
    return Array.from(x);
  };
  expect(solve([3, 3], 5)[0]).toBeCloseTo(1, 3);
  expect(solve([6, 4.5], 1)).toEqual([1, 1]);
  expect(solve([4, 2.4], 1)[1]).toBeCloseTo(0.7, 3);
  expect(solve([3, -2], 5)).toEqual([1.5, 0]);
});
