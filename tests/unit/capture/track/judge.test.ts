import { describe, expect, test } from 'vitest';
import { rateFace } from '../../../../src/capture/track/confidence.ts';
import { createCutDetector } from '../../../../src/capture/track/cuts.ts';
import { createLossLog } from '../../../../src/capture/track/losses.ts';
import { createShapeMemory } from '../../../../src/capture/track/shape.ts';
import { makeLandmarks } from '../../../support/portrait.ts';

describe('rateFace', () => {
  const good = { landmarks: makeLandmarks(), width: 256, height: 256, flag: 1, detectorScore: 0.9, shapeChange: 0.02 };
  const moved = (dx: number, scale = 1) => good.landmarks.map((value, k) => (k % 3 === 0 ? value * scale + dx : value * scale));

  test('a face that is seen well is trusted fully', () => {
    expect(rateFace(good)).toBe(1);
  });
  test.each([
    ['is no face for the mesh', { flag: 0.2 }],
    ['is none for the detector', { detectorScore: 0.05 }],
    ['has another shape', { shapeChange: 0.4 }],
    ['is turned by 80 degrees', { landmarks: makeLandmarks({ yaw: 80 }) }],
    ['lies half outside', { landmarks: moved(-130) }],
    ['is tiny', { landmarks: moved(0, 0.1) }],
  ])('one that %s is not', (_, change) => {
    expect(rateFace({ ...good, ...change })).toBeLessThan(0.1);
  });
  test('a head turned by 35 degrees is still trusted', () => {
    expect(rateFace({ ...good, landmarks: makeLandmarks({ yaw: 35 }) })).toBeGreaterThan(0.9);
  });
});

describe('createShapeMemory', () => {
  test('turning, nearing and speaking keep the shape, another head does not', () => {
    const shape = createShapeMemory();
    expect(shape.compare(makeLandmarks())).toBe(0); // nothing known yet
    shape.learn(makeLandmarks());
    expect(shape.compare(makeLandmarks({ yaw: 30, pitch: -15, roll: 20, scale: 60 }))).toBeLessThan(0.01);
    expect(shape.compare(makeLandmarks({ expression: { 17: 1, 23: 1 } }))).toBeLessThan(0.06);
    const bent = makeLandmarks();
    for (const k of [33, 133, 127, 234]) bent[k * 3] += 25; // one half of the face pushed inwards
    expect(shape.compare(bent)).toBeGreaterThan(0.2);
  });
});

describe('createCutDetector', () => {
  const scene = (seed: number, shift = 0, gain = 1) => {
    const rgb = new Uint8Array(160 * 90 * 3);
    for (let y = 0; y < 90; y++) for (let x = 0; x < 160; x++) rgb.fill(gain * (128 + 100 * Math.sin((x + shift) / (9 + seed) + seed) * Math.cos(y / (7 + seed))), (y * 160 + x) * 3, (y * 160 + x) * 3 + 3);
    return { width: 160, height: 90, rgb };
  };
  test('suspects another scene and black, not a pan or a flash', () => {
    const isCut = createCutDetector();
    const seen = [scene(1), scene(1, 0.5), scene(1, 1), scene(1, 1, 0.6), scene(1, 1), scene(5), scene(5), scene(5, 0, 0), scene(5)].map((frame) => isCut(frame));
    expect(seen).toEqual([false, false, false, false, false, true, false, true, true]);
  });
});

describe('createLossLog', () => {
  test('tells intervals, not single frames', () => {
    const log = createLossLog();
    const landmarks = new Float32Array(3);
    [1, 1, 0.1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0].forEach((confidence, k) => log.add({ timeSeconds: k / 25, landmarks: confidence > 0 ? landmarks : undefined, confidence }));
    expect(log.list()).toEqual([
      { startSeconds: 0.16, endSeconds: 0.32 },
      { startSeconds: 0.4, endSeconds: 0.52 },
    ]);
  });
});
