import { describe, expect, test } from 'vitest';
import { estimateYaw } from '../../../src/face/pose.ts';

describe('estimateYaw', () => {
  /** A flat face turned by `degrees` to the image's right: its pairs lie at x = -1 and 1. */
  test.each([-40, 0, 25])('of a flat face turned by %i degrees', (degrees) => {
    const landmarks = new Float32Array(478 * 3);
    const angle = (degrees * Math.PI) / 180;
    for (const [left, right] of [
      [234, 454],
      [127, 356],
      [33, 263],
      [133, 362],
      [50, 280],
      [58, 288],
    ]) {
      landmarks.set([-Math.cos(angle), 0, -Math.sin(angle)], left * 3);
      landmarks.set([Math.cos(angle), 0, Math.sin(angle)], right * 3);
    }
    expect(estimateYaw(landmarks)).toBeCloseTo(degrees, 4);
  });
});
