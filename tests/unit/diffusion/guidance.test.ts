import { expect, test } from 'vitest';
import { type DenoiseRows, withGuidance } from '../../../src/diffusion/guidance.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

const x = tensor(Float32Array.of(1, 2), [1, 2, 1]);

test('adds the condition scale times to the unconditional row, both rows in one call', async () => {
  const shapes: (readonly number[])[] = [];
  const rows: DenoiseRows = async (input, sigma) => {
    shapes.push(input.shape);
    expect(sigma).toBe(3);
    expect([...input.data]).toEqual([1, 2, 1, 2]);
    return tensor(Float32Array.of(10, 20, 4, 5), input.shape); // conditional 10, 20; unconditional 4, 5
  };
  const guided = await withGuidance(rows, 2.5)(x, 3);
  expect(guided).toEqual(tensor(Float32Array.of(4 + 2.5 * 6, 5 + 2.5 * 15), [1, 2, 1]));
  expect(shapes).toEqual([[2, 2, 1]]);
});

test('scale 0 is the unconditional row', async () => {
  const guided = await withGuidance(async (input) => tensor(Float32Array.of(10, 20, 4, 5), input.shape), 0)(x, 1);
  expect([...guided.data]).toEqual([4, 5]);
});

test('scale 1 runs the conditional row alone', async () => {
  const guided = await withGuidance(async (input) => tensor(input.data.map((value) => value * 2), input.shape), 1)(x, 1);
  expect(guided).toEqual(tensor(Float32Array.of(2, 4), [1, 2, 1]));
});
