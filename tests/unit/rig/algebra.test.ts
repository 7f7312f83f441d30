import { describe, expect, test } from 'vitest';
import { anglesOf, rotateBy, rotationOf, solveCholesky } from '../../../src/rig/algebra.ts';

describe('solveCholesky', () => {
  test('solves a symmetric positive definite system', () => {
    // A = [[4, 2, 1], [2, 5, 3], [1, 3, 6]], x = [1, -2, 3], b = A x
    const right = Float64Array.of(3, 1, 13);
    solveCholesky(Float64Array.of(4, 2, 1, 2, 5, 3, 1, 3, 6), right, 3);
    expect([...right].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, -2, 3]);
  });
});

describe('rotations', () => {
  test.each([
    [10, 0, 0],
    [0, -20, 0],
    [0, 0, 30],
    [-12, 25, 8],
  ])('angles %d %d %d come back from their matrix', (pitch, yaw, roll) => {
    const angles = anglesOf(rotationOf(pitch, yaw, roll));
    expect(angles.pitch).toBeCloseTo(pitch, 9);
    expect(angles.yaw).toBeCloseTo(yaw, 9);
    expect(angles.roll).toBeCloseTo(roll, 9);
  });

  test('signs follow the contract: nodding down lowers the nose, yaw turns it to the right, roll turns it counter-clockwise', () => {
    const nose = (pitch: number, yaw: number, roll: number): number[] => {
      const r = rotationOf(pitch, yaw, roll);
      return [r[2], r[5], r[8]]; // where z, the nose, points
    };
    expect(nose(10, 0, 0)[1]).toBeLessThan(0);
    expect(nose(0, 10, 0)[0]).toBeGreaterThan(0);
    expect(rotationOf(0, 0, 10)[3]).toBeGreaterThan(0); // x axis moves up
  });

  test('turning by a small vector and back is the identity', () => {
    const start = rotationOf(5, 6, 7);
    const back = rotateBy([-0.1, 0.2, -0.3], rotateBy([0.1, -0.2, 0.3], start));
    back.forEach((value, i) => {
      expect(value).toBeCloseTo(start[i], 12);
    });
  });
});
