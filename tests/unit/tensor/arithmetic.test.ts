import { expect, test } from 'vitest';
import { addScaled, mix, scaledDifference } from '../../../src/tensor/arithmetic.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

const a = tensor(Float32Array.of(1, 2, 3), [1, 3]);
const b = tensor(Float32Array.of(4, 8, 16), [1, 3]);

test('sums and differences keep the shape and leave their arguments alone', () => {
  expect(mix(a, 2, b, -1)).toEqual(tensor(Float32Array.of(-2, -4, -10), [1, 3]));
  expect(addScaled(a, b, 0.5)).toEqual(tensor(Float32Array.of(3, 6, 11), [1, 3]));
  expect(scaledDifference(b, a, 2)).toEqual(tensor(Float32Array.of(1.5, 3, 6.5), [1, 3]));
  expect([...a.data, ...b.data]).toEqual([1, 2, 3, 4, 8, 16]);
});

test('tensors of different size are refused', () => {
  expect(() => mix(a, 1, tensor(new Float32Array(2), [2]), 1)).toThrow('mix: [1, 3] and [2] differ in size');
  expect(() => tensor(new Float32Array(2), [3])).toThrow('tensor: shape [3] needs 3 values, got 2');
});
