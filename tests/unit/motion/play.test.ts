import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { lipOpening } from '../../../src/motion/groups.ts';
import { type MotionTrack, playTrack } from '../../../src/motion/play.ts';
import { shapeTrack } from '../../../src/motion/track.ts';
import { collect } from '../../support/collect.ts';
import { largestDifference, wavingTrack } from '../../support/motion.ts';

const plain = { expression: 1, headMotion: 1 };

/** `frames` frames, all alike but for the named channels. */
function steady(frames: number, values: Partial<Record<keyof typeof channel, number>>, fps = 25): MotionTrack {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  return { fps, frames: Array.from({ length: frames }, () => motion.slice()) };
}

describe('what was drawn once is drawn the same again', () => {
  test.each([24, 25, 30_000 / 1001, 60])('the motion of a film, at %d frames a second: rest at the ends, limits and all', async (fps) => {
    async function* wild() {
      for (const motion of wavingTrack(25, 75).frames) yield motion.map((value, c) => (c < 52 ? value * 1.6 : value * 3)); // beyond 1, beyond the limits
    }
    const frames = Math.ceil(3 * fps);
    const drawn = await collect(shapeTrack(wild(), { sourceFrames: 75, sourceFps: 25, fps, frames, ...plain, gapRow: new Float32Array(52) }));
    const again = await collect(playTrack({ fps, frames: drawn }, { fps, frames, ...plain }));
    expect(largestDifference(drawn, again)).toBeLessThan(1e-6);
  });

  test('a track beyond the limits of the head, once it was bent to them', async () => {
    const wild = steady(20, { headYaw: 60, headPitch: -17, headX: 0.3 });
    const drawn = await collect(playTrack(wild, { fps: 25, frames: 20, ...plain }));
    expect(drawn[5]?.[channel.headYaw]).toBeCloseTo(22, 3);
    expect(Math.abs(drawn[5]?.[channel.headPitch] as number)).toBeLessThan(17);
    const again = await collect(playTrack({ fps: 25, frames: drawn }, { fps: 25, frames: 20, ...plain }));
    expect(largestDifference(drawn, again)).toBeLessThan(1e-6);
  });

  test.each([29.97, 30.01])('a rate written as %d counts as 30000/1001 while it parts by less than half a frame', async (fps) => {
    const track = wavingTrack(fps, 90);
    const played = await collect(playTrack(track, { fps: 30_000 / 1001, frames: 90, ...plain }));
    expect(largestDifference(track.frames as Float32Array[], played)).toBeLessThan(1e-6);
  });
});

describe('controls', () => {
  test('expression and head motion scale a track', async () => {
    const [motion] = await collect(playTrack(steady(5, { jawOpen: 0.4, browInnerUp: 0.6, headYaw: 4 }), { fps: 25, frames: 1, expression: 0.5, headMotion: 2 }));
    expect(motion?.[channel.jawOpen]).toBeCloseTo(0.2, 6);
    expect(motion?.[channel.browInnerUp]).toBeCloseTo(0.3, 6);
    expect(motion?.[channel.headYaw]).toBeCloseTo(8, 6);
  });

  test('coefficients are held in 0..1.2', async () => {
    const [motion] = await collect(playTrack(steady(1, { jawOpen: 1.4, mouthClose: -0.3 }), { fps: 25, frames: 1, ...plain }));
    expect([motion?.[channel.jawOpen], motion?.[channel.mouthClose]]).toEqual([Math.fround(1.2), 0]);
  });
});

describe('length', () => {
  test('after its end a track comes to rest within 0.6 s, smoothly, and stays there', async () => {
    const played = await collect(playTrack(steady(25, { jawOpen: 0.5 }), { fps: 25, frames: 60, ...plain }));
    const jaw = played.map((motion) => motion[channel.jawOpen]);
    expect(jaw.slice(0, 25)).toEqual(Array(25).fill(0.5));
    for (let index = 25; index < 40; index++) expect(jaw[index]).toBeLessThanOrEqual(jaw[index - 1]);
    expect(Math.max(...jaw.slice(1).map((value, index) => Math.abs(value - jaw[index])))).toBeLessThan(0.06); // 0.5 x 1.5 / 15 frames
    expect(jaw.slice(39)).toEqual(Array(21).fill(0));
  });

  test('a longer track is cut', async () => {
    const track = wavingTrack(25, 50);
    const played = await collect(playTrack(track, { fps: 25, frames: 20, ...plain }));
    expect(largestDifference(track.frames.slice(0, 20), played)).toBeLessThan(1e-6);
  });

  test('a track of one frame is eased to rest at once', async () => {
    const played = await collect(playTrack(steady(1, { headYaw: 5 }, 60), { fps: 25, frames: 30, ...plain }));
    expect(played).toHaveLength(30);
    expect(played[0]?.[channel.headYaw]).toBeGreaterThan(4.9);
    expect(played[29]).toEqual(new Float32Array(channelCount));
  });
});

test.each([
  [60, 25],
  [60, 12],
  [240, 12],
  [24, 60],
])('from %d to %d frames a second every closure of the lips is still shut', async (from, fps) => {
  const track = steady(3 * from, { jawOpen: 0.4 }, from);
  const closures = [0.6, 1.2, 1.9, 2.4].map((seconds) => Math.round(seconds * from));
  for (const closure of closures) track.frames[closure][channel.mouthClose] = 0.4;
  const played = await collect(playTrack(track, { fps, frames: 3 * fps, ...plain }));
  for (const closure of closures) {
    const nearby = played.filter((_, index) => Math.abs((index + 0.5) / fps - (closure + 0.5) / from) <= 0.5 / Math.min(fps, from) + 1e-9);
    expect(Math.min(...nearby.map(lipOpening))).toBeCloseTo(0, 6);
  }
});
