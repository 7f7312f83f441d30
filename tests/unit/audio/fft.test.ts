import { describe, expect, test } from 'vitest';
import { createFft } from '../../../src/audio/fft.ts';

function transform(real: number[], imaginary = real.map(() => 0)): { real: Float64Array; imaginary: Float64Array } {
  const out = { real: Float64Array.from(real), imaginary: Float64Array.from(imaginary) };
  createFft(real.length).transform(out.real, out.imaginary);
  return out;
}

const noise = (size: number): number[] => Array.from({ length: size }, (_, i) => Math.sin(i * i * 1.7 + 3) + 0.3 * Math.cos(i * 12.9898));

describe('createFft', () => {
  test.each([1, 2, 4, 7, 30, 97, 128, 400])('gives the sum of its definition for %i points', (size) => {
    const [a, b] = [noise(size), noise(size).reverse()];
    const got = transform(a, b);
    for (let k = 0; k < size; k++) {
      let [real, imaginary] = [0, 0];
      for (let n = 0; n < size; n++) {
        const angle = (-2 * Math.PI * ((k * n) % size)) / size;
        real += a[n] * Math.cos(angle) - b[n] * Math.sin(angle);
        imaginary += a[n] * Math.sin(angle) + b[n] * Math.cos(angle);
      }
      expect(Math.abs(got.real[k] - real)).toBeLessThan(1e-10);
      expect(Math.abs(got.imaginary[k] - imaginary)).toBeLessThan(1e-10);
    }
  });

  test('keeps the energy (Parseval)', () => {
    const samples = noise(400);
    const { real, imaginary } = transform(samples);
    const energy = samples.reduce((sum, x) => sum + x * x, 0);
    const there = real.reduce((sum, x, k) => sum + x * x + imaginary[k] ** 2, 0) / 400;
    expect(Math.abs(there / energy - 1)).toBeLessThan(1e-12);
  });

  test('makes an impulse flat', () => {
    const { real, imaginary } = transform([1, ...new Array(399).fill(0)]);
    expect(Math.max(...real.map((x) => Math.abs(x - 1)), ...imaginary.map(Math.abs))).toBeLessThan(1e-13);
  });

  test('puts a sine into its one bin', () => {
    const { real, imaginary } = transform(Array.from({ length: 400 }, (_, n) => Math.sin((2 * Math.PI * 37 * n) / 400)));
    const magnitudes = Array.from(real, (x, k) => Math.hypot(x, imaginary[k]));
    expect(magnitudes[37]).toBeCloseTo(200, 9);
    expect(magnitudes[363]).toBeCloseTo(200, 9);
    expect(Math.max(...magnitudes.filter((_, k) => k !== 37 && k !== 363))).toBeLessThan(1e-10);
  });
});
