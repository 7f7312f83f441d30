import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundMotion, measureRoom } from '../../../../src/render/rig/head-room.ts';

const roomy = { x0: 200, y0: 200, x1: 300, y1: 320 };
const front = { pitch: 0, yaw: 0 };

describe('measureRoom', () => {
  test('leaves a frontal face in the middle all of its turns', () => {
    const room = measureRoom(roomy, 100, 500, 500, front);
    expect(room.yaw).toEqual([35, 35]);
    expect(room.pitch).toEqual([30, 30]);
    expect(boundMotion(15, room.yaw)).toBe(15);
    expect(boundMotion(-15, room.roll)).toBe(-15);
  });

  test('bounds the whole turn of a three-quarter portrait', () => {
    const room = measureRoom(roomy, 100, 500, 500, { pitch: 0, yaw: -30 });
    expect(-30 + boundMotion(-15, room.yaw)).toBeGreaterThan(-35);
    expect(boundMotion(15, room.yaw)).toBeGreaterThan(8);
  });

  test('turns less the further the portrait is turned beyond that', () => {
    const [at35, at45, at60] = [35, 45, 60].map((yaw) => boundMotion(15, measureRoom(roomy, 100, 500, 500, { pitch: 0, yaw }).yaw));
    expect(at35).toBeLessThanOrEqual(3);
    expect(at45).toBeLessThan(at35);
    expect(at60).toBeLessThan(at45);
  });

  test('a face cut by a border does not leave it, and is free to the other side', () => {
    const room = measureRoom({ ...roomy, x0: -5 }, 100, 500, 500, front);
    expect(boundMotion(15, room.yaw)).toBeLessThan(4.1);
    expect(boundMotion(0.2, room.x)).toBeLessThan(0.031);
    expect(boundMotion(-15, room.yaw)).toBe(-15);
    expect(boundMotion(-0.2, room.x)).toBe(-0.2);
  });
});

describe('boundMotion', () => {
  test('is smooth, grows with what is asked and stays within its range', () => {
    const range = [4, 9] as const;
    fc.assert(
      fc.property(fc.double({ min: -60, max: 60, noNaN: true }), (asked) => {
        const bounded = boundMotion(asked, range);
        expect(bounded).toBeGreaterThanOrEqual(-4);
        expect(bounded).toBeLessThanOrEqual(9);
        const step = boundMotion(asked + 1e-3, range) - bounded;
        expect(step).toBeGreaterThanOrEqual(0);
        expect(step).toBeLessThan(1.001e-3);
      }),
      { seed: 1 },
    );
  });
});
