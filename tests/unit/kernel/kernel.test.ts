import { describe, expect, it } from 'vitest';
import { createKernel } from '../../../src/kernel/kernel.ts';
import { createRandom } from '../../../src/tensor/random.ts';
import { sampleCubic, type Texture, textureScale } from '../../../src/render/drawing/texture.ts';

describe('createKernel', () => {
  it('keeps arrays that were handed out as its memory grows, zeroed and apart', () => {
    const kernel = createKernel();
    const first = kernel.floats(1000).fill(7);
    const second = kernel.bytes(64 << 20); // far beyond the first pages
    expect(second.every((value) => value === 0)).toBe(true);
    second.fill(255);
    expect(first.every((value) => value === 7)).toBe(true);
    kernel.loops.clearTarget(first.byteOffset, second.byteOffset, 1000);
    expect(Math.max(...first)).toBeLessThan(-3e38);
    expect([second[999], second[1000]]).toEqual([0, 255]);
  });

  it('gives each kernel a memory of its own', () => {
    const [a, b] = [createKernel(), createKernel()];
    const [x, y] = [a.bytes(8).fill(1), b.bytes(8).fill(2)];
    expect(x.byteOffset).toBe(y.byteOffset);
    expect([x[0], y[0]]).toEqual([1, 2]);
  });
});

describe('drawSurface', () => {
  const width = 24;
  const height = 17;
  const random = createRandom(3);
  const texture: Texture = { width, height, data: Int16Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 0 : Math.round(random.uniform() * 255) * textureScale)) };

  /** One frame whose pixel (x, y) is sampled at `place`. */
  function draw(place: (x: number, y: number) => [number, number], plate?: { rgb: number; through: number }): Uint8Array {
    return drawAll(place, plate).out;
  }

  function drawAll(place: (x: number, y: number) => [number, number], plate?: { rgb: number; through: number }, opacity?: (x: number, y: number) => number): { out: Uint8Array; alpha: Uint8Array } {
    const kernel = createKernel();
    kernel.loops.prepareSampling(textureScale);
    const out = kernel.bytes(width * height * 3);
    const data = kernel.shorts(texture.data.length);
    data.set(texture.data);
    if (plate) for (let i = 3; i < data.length; i += 4) data[i] = plate.through * textureScale;
    if (opacity) for (let i = 0; i < width * height; i++) data[i * 4 + 3] = opacity(i % width, Math.floor(i / width)) * textureScale;
    const alpha = kernel.bytes(width * height);
    const map = kernel.floats(width * height * 2);
    for (let i = 0; i < width * height; i++) map.set(place(i % width, Math.floor(i / width)), i * 2);
    const codes = kernel.bytes(width * height).fill(1);
    const face = kernel.floats(width * height * 4);
    const behind = kernel.bytes(width * height * 3).fill(plate?.rgb ?? 0);
    const tiles = kernel.bytes(100);
    const at = (array: { byteOffset: number }): number => array.byteOffset;
    kernel.loops.drawSurface(at(out), at(data), width, height, at(map), at(codes), at(face), at(kernel.bytes(width * height)), 0, 0, width, height, plate ? at(behind) : 0, plate ? at(tiles) : 0, 3, 3, opacity ? at(alpha) : 0);
    return { out, alpha };
  }

  it('samples as sampleCubic does, beyond the borders too', () => {
    const place = (x: number, y: number): [number, number] => [1.13 * x - 1.7 + 0.03 * y, 1.09 * y - 0.6];
    const out = draw(place);
    const sample = new Float64Array(4);
    let worst = 0;
    for (let i = 0; i < width * height; i++) {
      sampleCubic(texture, ...place(i % width, Math.floor(i / width)), sample);
      for (let c = 0; c < 3; c++) worst = Math.max(worst, Math.abs(out[i * 3 + c] - Math.min(255, Math.max(0, sample[c]))));
    }
    // Half a level of rounding, and a place rounded to 1/2048 pixel on noise whose slope is up to about 400 levels a pixel.
    expect(worst).toBeLessThan(0.5 + 0.4);
  });

  it('gives whole pixels back exactly', () => {
    const out = draw((x, y) => [Math.min(width - 0.5, x + 1.5), y + 0.5]);
    for (let y = 0; y < height; y++) for (let x = 0; x < width - 1; x++) for (let c = 0; c < 3; c++) expect(out[(y * width + x) * 3 + c]).toBe(texture.data[(y * width + x + 1) * 4 + c] / textureScale);
  });

  it('moves opacity as it moves colours, and has nobody above and beside the picture', () => {
    const opacity = (x: number, y: number): number => (x * 7 + y * 5) % 256;
    const { out, alpha } = drawAll((x, y) => [x + 2.5, y - 2.5], undefined, opacity);
    expect(out).toEqual(draw((x, y) => [x + 2.5, y - 2.5]));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const outside = Math.max(2.5 - y, x + 2.5 - width); // pixels; the first half one is half transparent
        if (outside < 0) expect(alpha[y * width + x]).toBe(opacity(x + 2, y - 3));
        else expect(alpha[y * width + x]).toBeLessThanOrEqual(outside > 1 ? 0 : 128);
      }
    }
    const below = drawAll((x, y) => [x + 0.5, y + 4.5], undefined, () => 200).alpha;
    expect(below.every((value) => value === 200)).toBe(true);
  });

  it('adds the background where it shows through', () => {
    const [plain, mixed] = [draw((x, y) => [x + 0.9, y + 0.5]), draw((x, y) => [x + 0.9, y + 0.5], { rgb: 40, through: 51 })];
    for (let i = 0; i < plain.length; i++) if (plain[i] > 0 && plain[i] < 240) expect(Math.abs(mixed[i] - plain[i] - 8)).toBeLessThanOrEqual(1); // 40 · 51 / 255
  });
});
