import { describe, expect, test } from 'vitest';
import { clearTarget, createTarget, drawMesh, type Mesh } from '../../../../src/render/drawing/raster.ts';

const view = { x: 0, y: 0, scale: 1 };
const mesh = (positions: number[], attributes: number[], triangles: number[], codes: number[]): Mesh => ({
  positions: Float32Array.from(positions),
  attributes: Float32Array.from(attributes),
  triangles: Uint32Array.from(triangles),
  codes: Uint8Array.from(codes),
});
/** A quad of two triangles over [1, 1]-[5, 4], front faces (counter-clockwise with y up), attributes = position. */
const quad = (z: number, code: number): Mesh =>
  mesh([1, 1, z, 1, 4, z, 5, 4, z, 5, 1, z], [1, 1, 1, 4, 5, 4, 5, 1], [0, 1, 2, 0, 2, 3], [code, code]);

describe('drawMesh', () => {
  test('covers exactly the pixels whose centre is inside, with no gap along the shared edge', () => {
    const target = createTarget(2);
    clearTarget(target, 8, 6);
    drawMesh(target, quad(0, 7), view, 'front');
    const rows = Array.from({ length: 6 }, (_, y) => [...target.codes.subarray(y * 8, y * 8 + 8)].join(''));
    expect(rows).toEqual(['00000000', '07777000', '07777000', '07777000', '00000000', '00000000']);
  });

  test('interpolates attributes linearly', () => {
    const target = createTarget(2);
    clearTarget(target, 8, 6);
    drawMesh(target, quad(0, 1), view, 'front');
    for (let y = 1; y < 4; y++) {
      for (let x = 1; x < 5; x++) {
        expect(target.values[(y * 8 + x) * 2]).toBeCloseTo(x + 0.5, 5);
        expect(target.values[(y * 8 + x) * 2 + 1]).toBeCloseTo(y + 0.5, 5);
      }
    }
  });

  test.each([2, 3, 4, 5])('fills %i channels', (channels) => {
    const target = createTarget(channels);
    clearTarget(target, 4, 4);
    const attributes = Array.from({ length: 3 * channels }, (_, i) => i % channels);
    drawMesh(target, mesh([0, 0, 0, 0, 9, 0, 9, 0, 0], attributes, [0, 1, 2], [1]), view, 'front');
    expect([...target.values.subarray(0, channels)].map((value) => Math.round(value))).toEqual(Array.from({ length: channels }, (_, c) => c));
  });

  test('shows the nearer triangle whatever the order', () => {
    for (const order of [[quad(1, 1), quad(5, 2)], [quad(5, 2), quad(1, 1)]]) {
      const target = createTarget(2);
      clearTarget(target, 8, 6);
      for (const one of order) drawMesh(target, one, view, 'front');
      expect(target.codes[2 * 8 + 2]).toBe(2);
      expect(target.depth[2 * 8 + 2]).toBe(5);
    }
  });

  test('leaves out what faces away, unless both sides are asked for', () => {
    const back = mesh([1, 1, 0, 5, 4, 0, 1, 4, 0], [0, 0, 0, 0, 0, 0], [0, 1, 2], [3]);
    const target = createTarget(2);
    clearTarget(target, 8, 6);
    drawMesh(target, back, view, 'front');
    expect(target.codes.every((code) => code === 0)).toBe(true);
    drawMesh(target, back, view, 'both');
    expect(target.codes.some((code) => code === 3)).toBe(true);
  });

  test('covers every pixel of a fan of slivers once its triangles tile the square', () => {
    const points: number[] = [16.3, 16.7, 0];
    const triangles: number[] = [];
    const n = 97;
    for (let k = 0; k < n; k++) points.push(16 + 60 * Math.cos((2 * Math.PI * k) / n), 16 + 60 * Math.sin((2 * Math.PI * k) / n), 0);
    for (let k = 0; k < n; k++) triangles.push(0, 1 + ((k + 1) % n), 1 + k);
    const target = createTarget(2);
    clearTarget(target, 32, 32);
    drawMesh(target, mesh(points, new Array((n + 1) * 2).fill(0), triangles, new Array(n).fill(1)), view, 'front');
    expect(target.codes.subarray(0, 32 * 32).every((code) => code === 1)).toBe(true);
  });

  test('survives triangles that are nowhere, flat or not a number', () => {
    const target = createTarget(2);
    clearTarget(target, 8, 8);
    const odd = mesh([Number.NaN, 0, 0, 1, 1, 0, 2, 2, 0, 1e9, 1e9, 0, -1e9, 3, 0, 3, -1e9, 0], new Array(12).fill(0), [0, 1, 2, 1, 1, 2, 1, 2, 1], [1, 1, 1]);
    drawMesh(target, odd, view, 'both');
    expect(target.codes.every((code) => code === 0)).toBe(true);
  });
});
