import { describe, expect, test } from 'vitest';
import { measureStyle } from '../../../../src/render/skin/style.ts';

const size = 200;
const bounds = [0, size, 0, size] as const;
/** A grey picture [200, 200, 3] of a function of x and y. */
const picture = (grey: (x: number, y: number) => number): Uint8Array => Uint8Array.from({ length: size * size * 3 }, (_, i) => grey(Math.floor(i / 3) % size, Math.floor(i / 3 / size)));

describe('measureStyle', () => {
  test('tells ink on paper, and its two tones', () => {
    const style = measureStyle(size, picture((x) => (x % 8 < 2 ? 30 : 240)), size, bounds);
    expect(style.line).toBe(1);
    expect(style.ink).toEqual([30, 30, 30]);
    expect(style.paper).toEqual([240, 240, 240]);
  });

  test('tells flat colours', () => {
    const style = measureStyle(size, picture((x) => (x < 70 ? 90 : x < 140 ? 160 : 210)), size, bounds);
    expect(style.flat).toBe(1);
    expect(style.line).toBe(0);
  });

  test('takes a shaded face for neither', () => {
    const style = measureStyle(size, picture((x, y) => 120 + 40 * Math.sin(x / 9) + 40 * Math.cos(y / 11) + ((x * 7 + y * 13) % 5)), size, bounds);
    expect(style.line).toBe(0);
    expect(style.flat).toBe(0);
    expect(style.brightest).toBeGreaterThan(180);
    expect(style.brightest).toBeLessThan(206);
  });

  test('does not take the finer steps of a larger picture for flat colours', () => {
    // 110 pixels of detail drawn at 4 times the size: the same face, so the same style.
    const large = measureStyle(4 * 220, picture((x) => 100 + 100 * ((x % 44) / 44)), size, bounds);
    expect(large.flat).toBe(0);
  });
});
