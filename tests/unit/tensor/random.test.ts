import { describe, expect, test } from 'vitest';
import { createRandom, drawNormals, splitMix64, xoshiro128 } from '../../../src/tensor/random.ts';

// Expected numbers: the authors' reference C code (prng.di.unimi.it: xoshiro128starstar.c 1.1, splitmix64.c), compiled with gcc 12.
describe('generators', () => {
  test('xoshiro128** gives the reference outputs for state 1, 2, 3, 4', () => {
    const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
    expect(Array.from({ length: 8 }, next)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849]);
  });

  test('SplitMix64 gives the reference outputs for seed 1234567', () => {
    const outputs = splitMix64(1234567n);
    const four = Array.from({ length: 4 }, () => outputs.next().value);
    expect(four).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n, 4593380528125082431n]);
  });

  test('seed 42 gives the outputs of both put together', () => {
    const random = createRandom(42);
    expect(Array.from({ length: 4 }, random.uint32)).toEqual([1776835114, 4165204688, 17111135, 2317295270]);
  });

  test('the same seed and stream give the same numbers, another stream or seed does not', () => {
    const draw = (seed: number, stream: number) => [...drawNormals(createRandom(seed, stream), 5)];
    expect(draw(7, 3)).toEqual(draw(7, 3));
    expect(draw(7, 3)).not.toEqual(draw(7, 4));
    expect(draw(7, 3)).not.toEqual(draw(8, 3));
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => createRandom(seed)).toThrow(`seed: expected a whole number from 0 to 2^53 - 1, got ${seed}`);
  });
});

describe('distributions', () => {
  const count = 200_000;

  test('normals have mean 0, variance 1, kurtosis 3 within four standard errors, and no correlation between neighbours', () => {
    const x = drawNormals(createRandom(1), count);
    const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / count;
    const neighbours = x.subarray(1).reduce((sum, value, i) => sum + value * (x[i] as number), 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    expect(Math.abs(neighbours)).toBeLessThan(4 / Math.sqrt(count));
  });

  test('uniforms lie in [0, 1), have mean 1/2 and variance 1/12', () => {
    const random = createRandom(2);
    const x = Array.from({ length: count }, random.uniform);
    const mean = x.reduce((a, b) => a + b) / count;
    expect(Math.min(...x.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(x.every((value) => value < 1 && value === Math.fround(value))).toBe(true);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * count));
    expect(Math.abs(x.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / count - 1 / 12)).toBeLessThan(0.001);
  });
});
