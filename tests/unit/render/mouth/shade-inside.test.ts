import { describe, expect, test } from 'vitest';
import { buildPower, powerAt } from '../../../../src/render/mouth/shade-inside.ts';

describe('powerAt', () => {
  test('is a power from 0 to 1.5, to a quarter of a grey level', () => {
    for (const exponent of [0.9, 1.15, 1.25]) {
      const table = buildPower(exponent);
      for (let value = 0.02; value < 1.5; value += 0.013) expect(Math.abs(powerAt(table, value) - value ** exponent)).toBeLessThan(0.25 / 255);
    }
  });

  test('holds its ends', () => {
    const table = buildPower(1.2);
    expect(powerAt(table, -1)).toBe(0);
    expect(powerAt(table, 9)).toBeCloseTo(1.5 ** 1.2, 5);
  });
});
