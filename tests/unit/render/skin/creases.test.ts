import { beforeAll, describe, expect, it } from 'vitest';
import { createKernel } from '../../../../src/kernel/kernel.ts';
import { channel, channelCount, coefficientCount } from '../../../../src/motion/channels.ts';
import { layCreases } from '../../../../src/render/skin/crease-lines.ts';
import { buildCreases, type Creases, foldSkin, loadCreases } from '../../../../src/render/skin/creases.ts';
import { type Head, placeHead } from '../../../../src/render/rig/head.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

const light = [140, 0, 0, 40];
const none = new Float32Array(coefficientCount);
const motionOf = (values: Partial<Record<keyof typeof channel, number>>): Float32Array => {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  return motion;
};
/** Even skin. */
const plain = makePortrait({ scale: 120 });
for (let i = 0; i < plain.rgb.length; i += 3) plain.rgb.set([190, 140, 115], i);

describe('layCreases', () => {
  const head = placeHead(shippedRig(), plain.landmarks);
  const at = (i: number): [number, number] => [head.landmarks[i * 3], head.landmarks[i * 3 + 1]];

  it('lays the fold of the cheek from the wing of the nose round the corner of the mouth, on both sides', () => {
    for (const [name, corner, wing] of [['nasolabialRight', 61, 129], ['nasolabialLeft', 291, 358]] as const) {
      const { points } = layCreases(head).find((group) => group.name === name)?.lines[0] ?? { points: new Float64Array() };
      const ends = [0, points.length / 2 - 1].map((k) => [points[k * 2], points[k * 2 + 1]]).sort((a, b) => a[1] - b[1]);
      const [x, y] = at(corner);
      expect(Math.hypot(ends[0][0] - at(wing)[0], ends[0][1] - at(wing)[1])).toBeLessThan(0.06 * head.faceHeight);
      // Its lower end stands beside the corner, away from the mouth's middle.
      expect(Math.abs(ends[1][1] - y)).toBeLessThan(0.08 * head.faceHeight);
      expect(Math.abs(ends[1][0] - at(13)[0])).toBeGreaterThan(Math.abs(x - at(13)[0]));
    }
  });

  it('keeps lines of forehead and brows above the eyes', () => {
    for (const { name, lines } of layCreases(head)) {
      if (!name.startsWith('forehead')) continue;
      for (const { points } of lines) for (let i = 1; i < points.length; i += 2) expect(points[i]).toBeLessThan(at(159)[1]);
    }
  });
});

describe('foldSkin', () => {
  let head: Head;
  let creases: Creases;
  beforeAll(() => {
    head = placeHead(shippedRig(), plain.landmarks);
    creases = buildCreases(head, light, plain);
  });
  const changeAt = (i: number): number => {
    const x = Math.round((head.landmarks[i * 3] - creases.left) / creases.step - 0.5);
    const y = Math.round((head.landmarks[i * 3 + 1] - creases.top) / creases.step - 0.5);
    return creases.change[y * creases.width + x];
  };
  const deepest = (): number => creases.change.reduce((least, value) => Math.min(least, value), 0);

  it('does nothing at rest', () => {
    foldSkin(creases, motionOf({ jawOpen: 0.5, headYaw: 10 }), none, 1);
    expect(creases.isActive).toBe(false);
  });

  it('darkens the folds of a smile, and leaves forehead and lips alone', () => {
    foldSkin(creases, motionOf({ mouthSmileLeft: 1, mouthSmileRight: 1 }), none, 0);
    expect(deepest()).toBeLessThan(-0.08);
    expect([151, 9, 13, 14, 1].map(changeAt)).toEqual([0, 0, 0, 0, 0]);
  });

  it('grows with the expression, smoothly', () => {
    const depths = [0.2, 0.4, 0.6, 0.8].map((weight) => {
      foldSkin(creases, motionOf({ browInnerUp: weight }), none, 0);
      return deepest();
    });
    for (const [k, depth] of depths.entries()) expect(depth).toBeCloseTo(depths[0] * (k + 1), 5);
    expect(depths[0]).toBeLessThan(-0.01);
  });

  it('follows one side alone', () => {
    foldSkin(creases, motionOf({ mouthSmileLeft: 1 }), none, 0);
    const middle = Math.round((head.landmarks[3] - creases.left) / creases.step);
    const sums = [0, 0];
    creases.change.forEach((value, i) => {
      sums[i % creases.width < middle ? 0 : 1] += Math.abs(value);
    });
    expect(sums[0]).toBe(0); // the person's left is on the image's right
    expect(sums[1]).toBeGreaterThan(1);
  });

  it('deepens lines that the picture has, and softens them when its own smile goes', () => {
    const lined = { ...plain, rgb: plain.rgb.slice() };
    const { points } = layCreases(head).find(({ name }) => name === 'nasolabialLeft')?.lines[0] ?? { points: new Float64Array() };
    const [px, py] = [points[(points.length >> 2) * 2], points[(points.length >> 2) * 2 + 1]].map(Math.round);
    for (let y = py - 6; y <= py + 6; y++) for (let x = px - 1; x <= px + 1; x++) for (let c = 0; c < 3; c++) lined.rgb[(y * plain.width + x) * 3 + c] *= 0.85;
    const own = buildCreases(head, light, lined);
    const depth = (): number => own.change[Math.round((py - own.top) / own.step) * own.width + Math.round((px - own.left) / own.step)];
    const removal = none.slice();
    removal[channel.mouthSmileLeft] = 0.8;
    foldSkin(own, motionOf({ mouthSmileLeft: 0.8 }), none, 0);
    const deeper = depth();
    foldSkin(own, motionOf({}), removal, 1);
    expect(deeper).toBeLessThan(-0.03);
    expect(depth()).toBeGreaterThan(0.01);
  });

  it('lays hardly any lines on a picture made of dots', () => {
    const dotted = { ...plain, rgb: plain.rgb.slice() };
    for (let y = 0; y < plain.height; y++) for (let x = 0; x < plain.width; x++) for (let c = 0; c < 3; c++) dotted.rgb[(y * plain.width + x) * 3 + c] *= (x + y) % 2 ? 1 : 0.8;
    const laid = ({ maps }: Creases): number => Math.min(...maps.map(({ lines }) => lines.reduce((least, value) => Math.min(least, value), 0)));
    expect(laid(creases)).toBeLessThan(-0.1);
    expect(laid(buildCreases(head, light, dotted))).toBeGreaterThan(0.4 * laid(creases));
  });
});

describe('the surface loop', () => {
  it('multiplies pixels by the folds at their place in the picture, red least', () => {
    const kernel = createKernel();
    const [width, height] = [8, 8];
    kernel.loops.prepareSampling(1);
    const data = kernel.shorts(width * height * 4);
    for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 0 : 200;
    const out = kernel.bytes(width * height * 3).fill(200);
    const [maps, codes] = [kernel.floats(width * height * 4), kernel.bytes(width * height)];
    // Cells of two pixels, a fold in one of them: -0.2 at the centre of cell (1, 1), which is the corner of four pixels.
    const creases = { maps: [], step: 2, left: 0, top: 0, width: 4, height: 4, change: new Float32Array(16), loaded: null, box: [0, 0, 4, 4], redder: 1, isActive: true, mixed: new Float32Array(0) } satisfies Creases;
    creases.change[5] = -0.2;
    loadCreases(creases, kernel);
    kernel.loops.drawSurface(out.byteOffset, data.byteOffset, width, height, maps.byteOffset, codes.byteOffset, maps.byteOffset, codes.byteOffset, 0, 0, width, height, 0, 0, 0, 0, 0);
    const pixel = (x: number, y: number): number[] => Array.from(out.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
    // Bilinear: 0.75 * 0.75 of the fold; exp to second order; red takes 0.7 of it, green 1.08, blue 1.2.
    const sum = -0.2 * 0.75 * 0.75;
    const fold = sum + 0.5 * sum * sum;
    expect(pixel(2, 2)).toEqual([0.7, 1.08, 1.2].map((share) => Math.round(200 * (1 + fold * share))));
    expect(pixel(6, 6)).toEqual([200, 200, 200]);
    // Without folds every pixel that does not move stays.
    out.fill(7);
    loadCreases({ ...creases, isActive: false }, kernel);
    kernel.loops.drawSurface(out.byteOffset, data.byteOffset, width, height, maps.byteOffset, codes.byteOffset, maps.byteOffset, codes.byteOffset, 0, 0, width, height, 0, 0, 0, 0, 0);
    expect(out.every((value) => value === 7)).toBe(true);
  });
});
