import { beforeAll, describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { withNeighbours } from '../../../src/render/activity.ts';
import { steadyChange } from '../../../src/render/motion-blur.ts';
import { renderFrames } from '../../../src/render/pool.ts';
import { createRenderer, type Renderer } from '../../../src/render/renderer.ts';
import { collect } from '../../support/collect.ts';
import { isSame, makePortrait, rigFile, shippedRig } from '../../support/portrait.ts';

const size = 400;
const source = makePortrait({ width: size, height: size, scale: 150 });

function motionOf(weights: Partial<Record<keyof typeof channel, number>>): Float32Array {
  const motion = new Float32Array(channelCount);
  for (const [name, weight] of Object.entries(weights)) motion[channel[name as keyof typeof channel]] = weight;
  return motion;
}

describe('steadyChange', () => {
  test('is the change where it is steady, and none where it turns, begins or ends', () => {
    expect(steadyChange(1, 3, 5)).toBe(2);
    expect(steadyChange(0, 1, 3)).toBeCloseTo(4 / 3, 12); // harmonic mean of 1 and 2
    expect(steadyChange(5, 3, 1)).toBe(-2);
    expect([steadyChange(1, 3, 1), steadyChange(3, 3, 5), steadyChange(1, 3, 3), steadyChange(2, 2, 2)]).toEqual([0, 0, 0, 0]);
  });
});

describe('a frame with neighbours', () => {
  let renderer: Renderer;
  beforeAll(() => {
    renderer = createRenderer(shippedRig(), source);
  });
  type Weights = Parameters<typeof motionOf>[0];
  /** The middle one of three frames, sharp and blurred. */
  const draw = (before: Weights, now: Weights, after: Weights): { sharp: Uint8Array; blurred: Uint8Array } => {
    const [sharp, blurred] = [new Uint8Array(size * size * 3), new Uint8Array(size * size * 3)];
    const active = (weights: Weights) => ({ motion: motionOf(weights), activity: 1 });
    renderer.render(motionOf(now), sharp, 1);
    renderer.render(motionOf(now), blurred, 1, { before: active(before), after: active(after) });
    return { sharp, blurred };
  };
  const difference = ({ sharp, blurred }: { sharp: Uint8Array; blurred: Uint8Array }): number => sharp.reduce((sum, value, i) => sum + Math.abs(value - blurred[i]), 0);

  test('is sharp, byte for byte, where nothing moves, where lips have just met, and where they are closed between two openings', () => {
    for (const [before, now, after] of [[0.3, 0.3, 0.3], [0.5, 0, 0], [0.5, 0, 0.5], [0, 0, 0.5], [0, 0.5, 0]]) {
      const { sharp, blurred } = draw({ jawOpen: before }, { jawOpen: now }, { jawOpen: after });
      expect(isSame(sharp, blurred)).toBe(true);
    }
  });

  test('is blurred about the mouth alone where the jaw closes fast', () => {
    const { sharp, blurred } = draw({ jawOpen: 0.7 }, { jawOpen: 0.4 }, { jawOpen: 0.1 });
    const [left, right, top] = [78, 308, 168].map((i, k) => source.landmarks[i * 3 + (k === 2 ? 1 : 0)]); // mouth's corners; between the eyes
    let near = 0;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        for (let c = 0; c < 3; c++) {
          const changed = Math.abs(sharp[(y * size + x) * 3 + c] - blurred[(y * size + x) * 3 + c]);
          if (changed === 0) continue;
          near++;
          expect(x).toBeGreaterThan(left - (right - left));
          expect(x).toBeLessThan(right + (right - left));
          expect(y).toBeGreaterThan(top);
        }
      }
    }
    expect(near).toBeGreaterThan(500);
  });

  test('is blurred about the eyes where a lid falls', () => {
    const { sharp, blurred } = draw({ eyeBlinkLeft: 0.1, eyeBlinkRight: 0.1 }, { eyeBlinkLeft: 0.5, eyeBlinkRight: 0.5 }, { eyeBlinkLeft: 0.9, eyeBlinkRight: 0.9 });
    const mouthRow = Math.floor(source.landmarks[0 * 3 + 1]);
    expect(difference({ sharp, blurred })).toBeGreaterThan(1000);
    expect(isSame(sharp.subarray(mouthRow * size * 3), blurred.subarray(mouthRow * size * 3))).toBe(true);
  });

  test('is the more blurred the faster, without a jump', () => {
    const amounts = Array.from({ length: 13 }, (_, k) => {
      const step = k * 0.02;
      return difference(draw({ jawOpen: 0.4 + step }, { jawOpen: 0.4 }, { jawOpen: 0.4 - step }));
    });
    expect(amounts[0]).toBe(0);
    expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
    const steps = amounts.slice(1).map((amount, k) => amount - amounts[k]);
    expect(Math.max(...steps)).toBeLessThan(0.3 * amounts[12]);
  });
});

test('withNeighbours gives each its own, and none to the ends', async () => {
  async function* track() {
    for (let k = 0; k < 4; k++) yield { motion: motionOf({ jawOpen: k / 4 }), activity: 1 };
  }
  const all = await collect(withNeighbours(track()));
  expect(all.map(({ motion }) => motion[channel.jawOpen])).toEqual([0, 0.25, 0.5, 0.75]);
  expect(all.map(({ neighbours }) => neighbours && [neighbours.before.motion[channel.jawOpen], neighbours.after.motion[channel.jawOpen]])).toEqual([null, [0, 0.5], [0.25, 0.75], null]);
});

test('renderFrames blurs unless told not to', async () => {
  async function* track(): AsyncGenerator<Float32Array> {
    for (const jawOpen of [0.7, 0.4, 0.1]) yield motionOf({ jawOpen });
  }
  const drawn = async (motionBlur: boolean): Promise<Uint8Array[]> => {
    const frames: Uint8Array[] = [];
    for await (const frame of renderFrames(rigFile(), source, track(), { threads: 0, motionBlur })) frames.push(frame.slice());
    return frames;
  };
  const [on, off] = [await drawn(true), await drawn(false)];
  expect([0, 1, 2].map((k) => isSame(on[k], off[k]))).toEqual([true, false, true]);
});
