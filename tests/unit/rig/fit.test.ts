import { describe, expect, test } from 'vitest';
import { channel } from '../../../src/motion/channels.ts';
import { fitHead } from '../../../src/rig/fit.ts';
import { placeHead } from '../../../src/render/rig/head.ts';
import { landmarkAt } from '../../../src/render/rig/alignment.ts';
import { makeLandmarks, shippedRig } from '../../support/portrait.ts';

describe('fitHead', () => {
  test.each([
    [0, 0, 0],
    [8, -12, 5],
    [-6, 22, -9],
  ])('finds the pose pitch %d, yaw %d, roll %d within half a degree, and leaves little over', (pitch, yaw, roll) => {
    const fit = fitHead(shippedRig(), makeLandmarks({ pitch, yaw, roll, scale: 120, identity: { 0: 1, 3: -1 } }));
    expect(Math.abs(fit.pose.pitch - pitch)).toBeLessThan(0.5);
    expect(Math.abs(fit.pose.yaw - yaw)).toBeLessThan(0.5);
    expect(Math.abs(fit.pose.roll - roll)).toBeLessThan(0.5);
    expect(fit.scale / 120).toBeGreaterThan(0.98);
    expect(fit.scale / 120).toBeLessThan(1.02);
    expect(fit.residual).toBeLessThan(0.003);
  });

  test('tells an open jaw from a long face', () => {
    const { expression } = fitHead(shippedRig(), makeLandmarks({ expression: { [channel.jawOpen]: 0.4 } }));
    expect(expression[channel.jawOpen]).toBeGreaterThan(0.2);
    expect(expression[channel.jawOpen]).toBeLessThan(0.6);
  });

  test('never answers a negative expression', () => {
    const { expression } = fitHead(shippedRig(), makeLandmarks({ yaw: 15, identity: { 1: 2, 5: -2, 9: 1.5 } }));
    expect(Math.min(...expression)).toBeGreaterThanOrEqual(0);
  });
});

describe('placeHead', () => {
  test('puts the inner landmarks where the picture has them', () => {
    const landmarks = makeLandmarks({ yaw: -10, identity: { 2: 1.5, 7: -1 } });
    for (let i = 0; i < 468; i++) landmarks[i * 3] += 1.5 * Math.sin(i); // what no rig explains
    const head = placeHead(shippedRig(), landmarks);
    const point = new Float64Array(3);
    for (const i of [1, 13, 14, 61, 291, 33, 133, 159, 386]) {
      landmarkAt(head.rig, head.rest, i, point);
      expect(Math.hypot(point[0] - landmarks[i * 3], point[1] - landmarks[i * 3 + 1])).toBeLessThan(1.2);
    }
  });
});
