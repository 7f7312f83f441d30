import { describe, expect, test } from 'vitest';
import { blurGaussian, boxMean, fillUnknown, resizeBilinear } from '../../../../src/render/drawing/filters.ts';
import { convexHull, signedDistance } from '../../../../src/render/drawing/geometry.ts';
import { buildMatte, buildTexture } from '../../../../src/render/background/matte.ts';
import { sampleCubic, textureScale } from '../../../../src/render/drawing/texture.ts';
import { makePortrait } from '../../../support/portrait.ts';

describe('sampleCubic', () => {
  const width = 12;
  const height = 10;
  const data = new Int16Array(width * height * 4);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 4; c++) data[i * 4 + c] = textureScale * ((i % width) * 5 + Math.floor(i / width) * 3 + c);
  const texture = { width, height, data };
  const out = new Float64Array(4);

  test('gives whole pixels back exactly, to the very border', () => {
    for (const [x, y] of [[0, 0], [5, 4], [11, 9], [0, 9]]) {
      sampleCubic(texture, x + 0.5, y + 0.5, out);
      expect([...out]).toEqual([0, 1, 2, 3].map((c) => x * 5 + y * 3 + c));
    }
  });

  test('keeps a ramp a ramp between pixels (partition of unity)', () => {
    sampleCubic(texture, 6, 5.5, out); // half-way: exact for any symmetric kernel
    expect(out[0]).toBeCloseTo(5.5 * 5 + 5 * 3, 9);
  });

  test('stays within bounds outside the picture', () => {
    for (const [x, y] of [[-30, 4], [40, 4], [4, -30], [4, 40]]) {
      sampleCubic(texture, x, y, out);
      expect(out.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('filters', () => {
  test('a blur keeps constants and the sum of what lies far from the border', () => {
    const plane = new Float32Array(41 * 41);
    plane[20 * 41 + 20] = 100;
    expect(blurGaussian(plane, 41, 41, 2).reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 2);
    expect(boxMean(new Float32Array(30).fill(7), 6, 5, 2).every((value) => Math.abs(value - 7) < 1e-5)).toBe(true);
  });

  test('resizing keeps a constant and the middle of a ramp', () => {
    const ramp = Float32Array.from({ length: 16 }, (_, i) => i);
    expect(resizeBilinear(ramp, 16, 1, 8, 1)[4]).toBeCloseTo(8.5, 5);
  });

  test('filling keeps what is known and spreads it over what is not', () => {
    const plane = new Float32Array(64 * 64).fill(50);
    const known = new Float32Array(64 * 64).fill(1);
    for (let y = 20; y < 40; y++) for (let x = 20; x < 40; x++) [plane[y * 64 + x], known[y * 64 + x]] = [255, 0];
    const [filled] = fillUnknown([plane], known, 64, 64);
    expect(Math.max(...filled)).toBeCloseTo(50, 3);
  });
});

describe('geometry', () => {
  test('the hull leaves out inner points; distances are positive inside', () => {
    const hull = convexHull([0, 0, 4, 0, 4, 4, 0, 4, 2, 2, 1, 3]);
    expect(hull.length).toBe(8);
    expect(signedDistance(hull, 2, 3)).toBeCloseTo(1, 9);
    expect(signedDistance(hull, 7, 8)).toBeCloseTo(-5, 9);
  });
});

describe('buildMatte', () => {
  const source = makePortrait();
  const input = { ...source, mask: source.mask as Float32Array, hull: [90, 80, 170, 80, 170, 190, 90, 190], faceWidth: 130, lobes: [85, 140, 175, 140], cover: new Float32Array(256 * 256) };

  test('a texture over its plate gives the picture back where nothing moves', () => {
    const { matte } = buildMatte(input);
    if (!matte) throw new Error('no matte');
    const texture = buildTexture(source.rgb, source.width, source.height, matte);
    for (let i = 0; i < source.width * source.height; i += 37) {
      const back = texture.data[i * 4] / textureScale + (texture.data[i * 4 + 3] / textureScale / 255) * matte.plate[0][i];
      expect(Math.abs(back - source.rgb[i * 3])).toBeLessThan(0.05);
    }
  });

  test('refuses a mask that cannot decide', () => {
    const { matte, uncertainty } = buildMatte({ ...input, mask: input.mask.map((_, i) => 0.5 + 0.2 * Math.sin(i / 900)) });
    expect(matte).toBeNull();
    expect(uncertainty).toBeGreaterThan(0.5);
  });

  test('the face itself is never background', () => {
    const { matte } = buildMatte({ ...input, mask: input.mask.map((value, i) => (i < 40_000 ? 0 : value)) });
    expect(matte?.alpha[130 * 256 + 128]).toBe(1);
  });

  test('a second person who does not touch the first belongs to the background', () => {
    const beside = (i: number): boolean => i % 256 > 236 && i > 120 * 256;
    const { matte } = buildMatte({ ...input, mask: input.mask.map((value, i) => (beside(i) ? 1 : value * (i % 256 < 225 ? 1 : 0))) });
    expect(matte?.alpha[200 * 256 + 248]).toBe(0);
    expect(matte?.alpha[200 * 256 + 128]).toBe(1);
  });
});
