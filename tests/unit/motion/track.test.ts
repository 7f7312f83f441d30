import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { easeMotion } from '../../../src/motion/ease.ts';
import { lipOpening } from '../../../src/motion/groups.ts';
import { resampleMotion } from '../../../src/motion/resample.ts';
import { shapeTrack } from '../../../src/motion/track.ts';
import { collect } from '../../support/collect.ts';

async function* track(frames: number, at: (index: number, motion: Float32Array) => void): AsyncGenerator<Float32Array> {
  for (let index = 0; index < frames; index++) {
    const motion = new Float32Array(channelCount);
    at(index, motion);
    yield motion;
  }
}

describe('resampling', () => {
  const swinging = () =>
    track(200, (index, motion) => {
      motion[channel.headYaw] = 5 * Math.sin(2 * Math.PI * 0.5 * ((index + 0.5) / 25));
      motion[channel.jawOpen] = 0.3 + 0.2 * Math.sin(2 * Math.PI * 2 * ((index + 0.5) / 25));
    });

  test('at the same rate every frame stays as it is', async () => {
    const [before, after] = [await collect(swinging()), await collect(resampleMotion(swinging(), { sourceFps: 25, fps: 25, frames: 200 }))];
    expect(after).toEqual(before);
  });

  test.each([12, 24, 30000 / 1001, 30, 50, 60])('at %s frames/s follows the same curve', async (fps) => {
    const frames = Math.round(8 * fps);
    const result = await collect(resampleMotion(swinging(), { sourceFps: 25, fps, frames }));
    expect(result).toHaveLength(frames);
    for (let index = Math.ceil(fps / 10); index < frames - fps / 10; index++) {
      const seconds = (index + 0.5) / fps;
      // Catmull-Rom on a sine: error about (2 pi f h)^3 / 12 of the amplitude; 0.5 Hz at 25/s: 2e-4
      expect(Math.abs((result[index]?.[channel.headYaw] as number) - 5 * Math.sin(Math.PI * seconds))).toBeLessThan(0.01);
      // the jaw may be drawn up to half a frame early or late at a closure: 2 Hz x 0.2 x 2 pi x 42 ms at worst
      const slack = fps < 25 ? 0.11 : 0.055;
      expect(Math.abs((result[index]?.[channel.jawOpen] as number) - 0.3 - 0.2 * Math.sin(4 * Math.PI * seconds))).toBeLessThan(slack);
    }
  });

  test.each([12, 15, 24, 29.97, 30, 48, 60])('at %s frames/s every closure of one frame is still shut', async (fps) => {
    const closures = [20, 33, 47, 60, 74];
    const closing = () =>
      track(100, (index, motion) => {
        motion[channel.jawOpen] = 0.4;
        motion[channel.mouthClose] = closures.includes(index) ? 0.4 : 0.05;
      });
    const result = await collect(resampleMotion(closing(), { sourceFps: 25, fps, frames: Math.round(4 * fps) }));
    for (const closure of closures) {
      const nearby = result.filter((_, index) => Math.abs((index + 0.5) / fps - (closure + 0.5) / 25) <= 0.5 / fps + 1e-9);
      expect(Math.min(...nearby.map(lipOpening))).toBeCloseTo(0, 6);
    }
    expect(Math.min(...result.map(lipOpening))).toBeGreaterThan(-1e-6);
  });

  test('coefficients never leave the range of their neighbours', async () => {
    const jumping = () => track(50, (index, motion) => motion.fill(index % 7 === 0 ? 1 : 0, 0, 52));
    const result = await collect(resampleMotion(jumping(), { sourceFps: 25, fps: 60, frames: 120 }));
    for (const motion of result) expect(motion.subarray(0, 52).every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test('pulls only a few frames ahead and closes its source', async () => {
    let [pulled, closed] = [0, false];
    async function* endless() {
      try {
        for (;;) {
          pulled++;
          yield new Float32Array(channelCount);
        }
      } finally {
        closed = true;
      }
    }
    const result = resampleMotion(endless(), { sourceFps: 25, fps: 50, frames: 1000 });
    for (let i = 0; i < 40; i++) await result.next();
    expect(pulled).toBeLessThanOrEqual(25);
    await result.return(undefined);
    expect(closed).toBe(true);
  });

  test('a source that ends early is held, an empty one refused', async () => {
    const held = await collect(resampleMotion(track(2, (index, motion) => motion.fill(index)), { sourceFps: 25, fps: 25, frames: 4 }));
    expect(held.map((motion) => motion[0])).toEqual([0, 1, 1, 1]);
    await expect(collect(resampleMotion(track(0, () => {}), { sourceFps: 25, fps: 25, frames: 1 }))).rejects.toThrow('the source has no frames');
  });
});

describe('rest at both ends', () => {
  const full = (index: number, frames: number) => {
    const motion = new Float32Array(channelCount).fill(1);
    easeMotion(motion, index, frames, 25);
    return motion;
  };

  test('the first and the last frame are the picture; inside nothing changes', () => {
    expect(full(0, 100)).toEqual(new Float32Array(channelCount));
    expect(full(99, 100)).toEqual(new Float32Array(channelCount));
    expect(full(50, 100)).toEqual(new Float32Array(channelCount).fill(1));
  });

  test('the mouth moves in full after 0.12 s, the head after 0.6 s', () => {
    expect(full(3, 100)[channel.jawOpen]).toBe(1);
    expect(full(2, 100)[channel.jawOpen]).toBeLessThan(1);
    expect(full(3, 100)[channel.headYaw]).toBeLessThan(0.2);
    expect(full(15, 100)[channel.headYaw]).toBe(1);
  });

  test('a film of one frame is the picture', () => expect(full(0, 1)).toEqual(new Float32Array(channelCount)));
});

describe('a whole track', () => {
  const gapRow = new Float32Array(52);
  gapRow[channel.jawOpen] = 1;
  const source = () =>
    track(50, (_, motion) => {
      motion[channel.jawOpen] = 0.4;
      motion[channel.headYaw] = 4;
    });

  test('mouth scaled, rest at the ends, another rate', async () => {
    const result = await collect(shapeTrack(source(), { sourceFrames: 50, sourceFps: 25, fps: 50, frames: 100, expression: 0.5, gapRow }));
    expect(result).toHaveLength(100);
    expect(result[0]).toEqual(new Float32Array(channelCount));
    expect(result[99]).toEqual(new Float32Array(channelCount));
    expect(result[50]?.[channel.jawOpen]).toBeCloseTo(0.2, 6);
    expect(result[50]?.[channel.headYaw]).toBeCloseTo(4, 5);
  });

  test('a performance is added: the head as it is, the mouth without a change of the gap', async () => {
    const performance = {
      read: (index: number, out: Float32Array) => {
        out.fill(0);
        out[channel.headYaw] = index / 10;
        out[channel.mouthSmileLeft] = 0.3;
        out[channel.jawOpen] = 0.2;
      },
    };
    const result = await collect(shapeTrack(source(), { sourceFrames: 50, sourceFps: 25, fps: 25, frames: 50, expression: 1, performance, gapRow }));
    expect(result[25]?.[channel.headYaw]).toBeCloseTo(6.5, 5);
    expect(result[25]?.[channel.mouthSmileLeft]).toBeCloseTo(0.3, 6);
    expect(result[25]?.[channel.jawOpen]).toBeCloseTo(0.4, 6);
  });

  test('a head beyond the limits is bent to them', async () => {
    const result = await collect(shapeTrack(track(50, (_, motion) => motion.fill(90, channel.headPitch)), { sourceFrames: 50, sourceFps: 25, fps: 25, frames: 50, expression: 1, gapRow }));
    expect(result[25]?.[channel.headYaw]).toBeLessThanOrEqual(22);
  });
});
