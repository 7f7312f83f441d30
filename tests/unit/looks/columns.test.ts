import { expect, test } from 'vitest';
import { measureWave, openColumns } from '../../../src/looks/columns.ts';

test('a point a column where they suffice', () => {
  const store = openColumns(['a', 'b'], 3, 10);
  for (const value of [1, 5, 3]) store.push([value, -value]);
  expect(store.read()).toEqual({ a: { low: Float32Array.of(1, 5, 3), high: Float32Array.of(1, 5, 3) }, b: { low: Float32Array.of(-1, -5, -3), high: Float32Array.of(-1, -5, -3) } });
});

test('else smallest and largest of each column: no peak is lost', () => {
  const store = openColumns(['a'], 90_000, 100);
  for (let i = 0; i < 90_000; i++) store.push([i === 45_450 ? 7 : i % 2]);
  const { low, high } = store.read()['a'];
  expect(low).toEqual(new Float32Array(100));
  expect(high).toEqual(new Float32Array(100).fill(1).fill(7, 50, 51));
});

test('a film that ends early goes on as it was', () => {
  const store = openColumns(['a'], 4, 4);
  store.push([2]);
  store.push([1]);
  expect(store.read()['a'].high).toEqual(Float32Array.of(2, 1, 1, 1));
});

test('the wave has its own extremes, however the blocks are cut', async () => {
  async function* blocks() {
    yield Float32Array.of(0.1, -0.2, 0.3);
    yield Float32Array.of(-0.4, 0.5, -0.6);
  }
  expect(await measureWave(blocks(), 6, 3)).toEqual({ low: Float32Array.of(-0.2, -0.4, -0.6), high: Float32Array.of(0.1, 0.3, 0.5) });
});
