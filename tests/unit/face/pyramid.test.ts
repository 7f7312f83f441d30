import { describe, expect, test } from 'vitest';
import { farDetector, nearDetector } from '../../../src/face/anchors.ts';
import type { FaceBox } from '../../../src/face/detect.ts';
import { mergeFaces } from '../../../src/face/merge.ts';
import type { Pixels } from '../../../src/face/pixels.ts';
import { buildPyramid, sampleRegion } from '../../../src/face/pyramid.ts';

/** Red rises with x, green with y, blue is 100: linear, so that every right interpolation gives the exact value. */
function ramp(width: number, height: number): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set([x, y, 100], (y * width + x) * 3);
  return { width, height, rgb };
}

describe('sampleRegion', () => {
  const pyramid = buildPyramid(ramp(200, 200));
  const at = (values: Float32Array, size: number, row: number, column: number) => [...values.subarray((row * size + column) * 3, (row * size + column) * 3 + 3)];

  test('at the picture\'s own scale copies pixels', () => {
    const values = sampleRegion(pyramid, { centreX: 60, centreY: 80, width: 40, height: 40, angle: 0 }, { size: 40, low: 0, outside: 'nearest' });
    expect(at(values, 40, 3, 7).map((value) => Math.round(value * 255))).toEqual([47, 63, 100]);
  });

  test('enlarges by interpolation', () => {
    const values = sampleRegion(pyramid, { centreX: 60, centreY: 80, width: 40, height: 40, angle: 0 }, { size: 160, low: 0, outside: 'nearest' });
    // Column 50 lies at 40 + 50.5 / 4 = 52.625, pixel centre 52.125.
    expect(at(values, 160, 20, 50)[0] * 255).toBeCloseTo(52.125, 3);
    expect(at(values, 160, 20, 50)[1] * 255).toBeCloseTo(64.625, 3);
  });

  test('turns about the centre, clockwise on screen', () => {
    const region = { centreX: 100, centreY: 100, width: 60, height: 60, angle: Math.PI / 2 };
    const values = sampleRegion(pyramid, region, { size: 60, low: 0, outside: 'nearest' });
    // What lies at the right of the result lies at the bottom of the picture.
    expect(at(values, 60, 30, 59).map((value) => Math.round(value * 255))).toEqual([99, 129, 100]);
  });

  test('maps black to low and white to 1', () => {
    const white = { ...ramp(100, 100), rgb: new Uint8Array(30_000).fill(255) };
    const region = { centreX: 0, centreY: 50, width: 100, height: 100, angle: 0 };
    const values = sampleRegion(buildPyramid(white), region, { size: 20, low: -1, outside: 'black' });
    expect(at(values, 20, 10, 2)).toEqual([-1, -1, -1]); // left of the picture
    expect(at(values, 20, 10, 15)[0]).toBeCloseTo(1, 6);
  });

  test('averages when it shrinks: stripes become grey', () => {
    const stripes = ramp(1024, 1024);
    for (let pixel = 0; pixel < 1024 * 1024; pixel++) stripes.rgb.fill(pixel % 2 ? 255 : 0, pixel * 3, pixel * 3 + 3);
    const values = sampleRegion(
      buildPyramid(stripes),
      { centreX: 512, centreY: 512, width: 1024, height: 1024, angle: 0 },
      { size: 128, low: 0, outside: 'nearest' },
    );
    expect(Math.max(...values.map((value) => Math.abs(value - 0.5)))).toBeLessThan(0.01);
  });
});

describe('anchors', () => {
  test('are as many as the networks give boxes, centred in their cells', () => {
    expect([nearDetector.anchors.length / 2, farDetector.anchors.length / 2]).toEqual([896, 2304]);
    expect([...nearDetector.anchors.subarray(0, 6)]).toEqual([4, 4, 4, 4, 12, 4]); // 16 cells of 8 pixels, two each
    expect([...nearDetector.anchors.subarray(1024, 1038)]).toEqual([8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 24, 8]); // then six each
    expect([...farDetector.anchors.subarray(-2)]).toEqual([190, 190]);
  });
});

describe('mergeFaces', () => {
  const box = (x: number, y: number, width: number, score: number): FaceBox => ({ x, y, width, height: width, score, keypoints: new Float32Array(12).fill(x) });

  test('averages overlapping boxes by score', () => {
    const [face, ...others] = mergeFaces([box(0, 0, 100, 0.6), box(10, 0, 100, 0.9)]);
    expect(others).toEqual([]);
    expect(face.x).toBeCloseTo(6, 6); // (0.6 * 0 + 0.9 * 10) / 1.5
    expect(face.keypoints[3]).toBeCloseTo(6, 6);
    expect(face.score).toBe(0.9);
  });

  test('keeps faces apart that only touch', () => {
    expect(mergeFaces([box(0, 0, 100, 0.6), box(90, 0, 100, 0.9)]).length).toBe(2);
  });

  test('drops a box inside a better one without moving that', () => {
    expect(mergeFaces([box(0, 0, 100, 0.9), box(30, 30, 40, 0.6)])).toEqual([box(0, 0, 100, 0.9)]);
  });
});
