import { describe, expect, test } from 'vitest';
import type { Picture } from '../../../src/portrait/picture.ts';
import { applyPlan, planFrame } from '../../../src/portrait/plan.ts';

const face = { x: 400, y: 300, width: 150, height: 200 };

describe('planFrame', () => {
  test('keeps a picture of even size as it is', () => {
    expect(planFrame({ width: 1000, height: 800 }, face)).toEqual({
      crop: { x: 0, y: 0, width: 1000, height: 800 },
      width: 1000,
      height: 800,
      scale: 1,
    });
  });

  test('cuts an odd row and column off instead of resampling', () => {
    const plan = planFrame({ width: 1001, height: 801 }, face);
    expect(plan).toEqual({ crop: { x: 0, y: 0, width: 1000, height: 800 }, width: 1000, height: 800, scale: 1 });
  });

  test('shrinks a large picture to 1920', () => {
    const plan = planFrame({ width: 3000, height: 4000 }, face);
    expect([plan.width, plan.height, plan.scale]).toEqual([1440, 1920, 0.48]);
  });

  test.each([
    [512, 512, 410],
    [513, 512, 410],
    [2000, 2000, 1600],
  ])('follows a size of %i', (size, width, height) => {
    const plan = planFrame({ width: 1000, height: 800 }, face, { size });
    expect([plan.width, plan.height]).toEqual([width, height]);
  });

  test('halves what nobody set, for a preview', () => {
    const sizeOf = (side: number, options: object) => planFrame({ width: side, height: side }, face, { preview: true, ...options }).width;
    expect([sizeOf(1000, {}), sizeOf(4000, {}), sizeOf(1000, { size: 700 }), sizeOf(1000, { crop: 'face' })]).toEqual([500, 960, 700, 240]);
  });

  test('is always even and keeps the shape to a pixel', () => {
    for (let size = 100; size < 400; size += 7) {
      const plan = planFrame({ width: 733, height: 911 }, face, { size });
      expect([plan.width % 2, plan.height % 2]).toEqual([0, 0]);
      expect(Math.abs(plan.width - (plan.height * 733) / 911)).toBeLessThanOrEqual(1.01);
    }
  });

  test('cuts head and shoulders around the face', () => {
    const plan = planFrame({ width: 2000, height: 1500 }, face, { crop: 'face' });
    expect(plan.crop).toEqual({ x: 235, y: 184, width: 480, height: 480 }); // 2.4 faces wide, the face at 45 % of its height
    expect([plan.width, plan.height]).toEqual([480, 480]);
  });

  test('keeps a face crop inside the picture', () => {
    const corner = { x: -10, y: -20, width: 200, height: 220 };
    const plan = planFrame({ width: 700, height: 600 }, corner, { crop: 'face' });
    expect(plan.crop).toEqual({ x: 0, y: 0, width: 528, height: 528 });
    const tight = planFrame({ width: 300, height: 260 }, { x: 20, y: 10, width: 240, height: 240 }, { crop: 'face' });
    expect(tight.crop.width).toBe(260);
  });

  test('cuts the largest square with the face as near its middle as it goes', () => {
    expect(planFrame({ width: 2000, height: 1000 }, face, { crop: 'square' }).crop).toEqual({ x: 0, y: 0, width: 1000, height: 1000 });
    const right = { x: 1100, y: 300, width: 150, height: 200 };
    expect(planFrame({ width: 2000, height: 1000 }, right, { crop: 'square' }).crop.x).toBe(675);
  });
});

describe('applyPlan', () => {
  function gradient(width: number, height: number): Picture {
    const rgb = new Uint8Array(width * height * 3);
    for (let pixel = 0; pixel < width * height; pixel++) rgb.fill(Math.round(((pixel % width) / (width - 1)) * 255), pixel * 3, pixel * 3 + 3);
    return { width, height, rgb, alpha: new Uint8Array(width * height).fill(9), name: 'gradient', warnings: [] };
  }

  test('copies pixels without resampling and moves the landmarks', async () => {
    const picture = gradient(301, 201);
    const plan = { crop: { x: 51, y: 31, width: 200, height: 100 }, width: 200, height: 100, scale: 1 };
    const { picture: frame, landmarks } = await applyPlan(picture, Float32Array.of(61, 51, -5), plan);
    expect([frame.width, frame.height, frame.rgb.length, frame.alpha?.length]).toEqual([200, 100, 60_000, 20_000]);
    expect(frame.rgb[(40 * 200 + 17) * 3]).toBe(picture.rgb[(71 * 301 + 68) * 3]);
    expect([...landmarks]).toEqual([10, 20, -5]);
  });

  test('resizes pixels and landmarks alike', async () => {
    const plan = planFrame({ width: 400, height: 300 }, face, { size: 200 });
    const { picture: frame, landmarks } = await applyPlan(gradient(400, 300), Float32Array.of(100, 60, -30), plan);
    expect([frame.width, frame.height, frame.rgb.length, frame.alpha?.length]).toEqual([200, 150, 90_000, 30_000]);
    expect([...landmarks]).toEqual([50, 30, -15]);
    // The pixel at x = 50 covers 100..102 of the picture.
    expect(Math.abs(frame.rgb[(30 * 200 + 50) * 3] - (100.5 / 399) * 255)).toBeLessThan(1.5);
    expect(frame.alpha?.[77]).toBe(9);
  });
});
