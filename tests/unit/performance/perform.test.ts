import { describe, expect, test } from 'vitest';
import { channel, channelCount, type ChannelName } from '../../../src/motion/channels.ts';
import { mouthChannels } from '../../../src/motion/groups.ts';
import { emotionNames } from '../../../src/performance/emotions.ts';
import { drawPerformance, type PerformanceControls } from '../../../src/performance/perform.ts';
import type { VoiceCurves } from '../../../src/performance/prosody.ts';
import { silentVoice, singingVoice, talkingVoice } from '../../support/prosody.ts';

const usual: PerformanceControls = { seed: 0, headMotion: 1, expression: 1, speed: 5, blink: 26, gaze: 'free', pose: [0, 0, 0], still: false };
const minute = 1500;
const voice = talkingVoice(minute);

function perform(controls: Partial<PerformanceControls> = {}, heard: VoiceCurves = voice, frames = minute): Float32Array[] {
  const performance = drawPerformance(heard, frames, { ...usual, ...controls });
  return Array.from({ length: frames }, (_, i) => {
    const out = new Float32Array(channelCount);
    performance.read(i, out);
    return out;
  });
}

const curve = (motion: Float32Array[], name: ChannelName) => motion.map((frame) => frame[channel[name]]);
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const spread = (values: number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const correlation = (a: number[], b: number[]) => mean(a.map((value, i) => (value - mean(a)) * (b[i] - mean(b)))) / (spread(a) * spread(b));
const headSpeed = (motion: Float32Array[]) =>
  mean(motion.slice(1).map((frame, i) => 25 * Math.hypot(...(['headPitch', 'headYaw', 'headRoll'] as const).map((name) => frame[channel[name]] - motion[i][channel[name]]))));
const blinksOf = (motion: Float32Array[]) => curve(motion, 'eyeBlinkLeft').filter((value, i, all) => value > 0.5 && (all[i - 1] ?? 0) <= 0.5).length;
const largestStep = (values: number[], frames: number) => Math.max(...values.slice(frames).map((value, i) => Math.abs(value - values[i])));

describe('a performance', () => {
  test('is the same for the same seed and another for another', () => {
    expect(perform()).toEqual(perform());
    expect(Math.abs(correlation(curve(perform(), 'headYaw'), curve(perform({ seed: 1 }), 'headYaw')))).toBeLessThan(0.3);
  });

  test('moves head and brows as real speakers do', () => {
    const motion = perform();
    // docs/performance.md, the wild column
    expect(spread(curve(motion, 'headYaw'))).toBeGreaterThan(1.5);
    expect(spread(curve(motion, 'headYaw'))).toBeLessThan(5);
    expect(headSpeed(motion)).toBeGreaterThan(8);
    expect(headSpeed(motion)).toBeLessThan(20);
    expect(correlation(curve(motion, 'headYaw'), curve(motion, 'headRoll'))).toBeLessThan(-0.2);
    expect(spread(curve(motion, 'browInnerUp'))).toBeGreaterThan(0.08);
    expect(spread(curve(motion, 'mouthSmileLeft'))).toBeGreaterThan(0.1);
  });

  test('goes on in silence without smiles that come and go: eyes and head live, the mouth rests', () => {
    const motion = perform({}, silentVoice(minute));
    expect(headSpeed(motion)).toBeGreaterThan(1);
    expect(headSpeed(motion)).toBeLessThan(headSpeed(perform()));
    expect(blinksOf(motion)).toBeGreaterThan(10);
    for (const frame of motion) for (const index of mouthChannels) expect(frame[index]).toBeLessThan(0.1);
  });

  test('two voices with one seed do not blink at the same times', () => {
    const blinks = (voice: ReturnType<typeof talkingVoice>): number[] => [...curve(perform({}, voice), 'eyeBlinkLeft')].flatMap((value, i) => (value >= 0.8 ? [i] : []));
    const [a, b] = [blinks(talkingVoice(minute)), blinks(talkingVoice(minute, { seed: 2 }))];
    expect(blinks(talkingVoice(minute))).toEqual(a);
    expect(b.filter((frame) => a.includes(frame)).length).toBeLessThan(0.5 * b.length);
  });

  test('changes no feeling faster than in 0.3 s; a worried brow, whose slow curve is cut off below, in 0.25 s', () => {
    for (const [name, seconds] of [['mouthSmileLeft', 0.3], ['cheekSquintLeft', 0.3], ['browDownLeft', 0.25]] as const) {
      const values = curve(perform(), name);
      const range = Math.max(...values) - Math.min(...values);
      expect(largestStep(values, 1), name).toBeLessThan((1.875 * range) / (seconds * 25)); // top speed of a minimum-jerk move
    }
  });

  test('closes the eyes on some of the long held notes, and on none of the spoken words', () => {
    const shutRuns = (motion: Float32Array[]) => curve(motion, 'eyeBlinkLeft').map((value) => (value > 0.8 ? 'x' : ' ')).join('').split(/ +/).filter((run) => run.length > 12).length;
    const notes = 30; // one every 2 s
    const closed = shutRuns(perform({ blink: 0 }, singingVoice(minute)));
    expect(closed / notes).toBeGreaterThan(0.2);
    expect(closed / notes).toBeLessThan(0.6);
    expect(shutRuns(perform())).toBe(0);
  });

  test('can be read at any length, even one frame', () => expect(perform({}, talkingVoice(1), 1)).toHaveLength(1));
});

describe('controls', () => {
  test('still leaves everything at rest', () => {
    for (const frame of perform({ still: true })) expect(frame.every((value) => value === 0)).toBe(true);
  });

  test('speed: faster heads for each level', () => {
    const speeds = [1, 3, 5, 7, 9].map((speed) => headSpeed(perform({ speed })));
    expect(speeds).toEqual([...speeds].sort((a, b) => a - b));
    expect(speeds[4] / speeds[0]).toBeGreaterThan(3);
  });

  test.each([0, 10, 25, 50])('blink %s: as many blinks a minute', (blink) => {
    const blinks = blinksOf(perform({ blink }));
    expect(Math.abs(blinks - blink)).toBeLessThanOrEqual(0.35 * blink + 0.1);
  });

  test('blinks come irregularly', () => {
    const shut = curve(perform({}, talkingVoice(10 * minute), 10 * minute), 'eyeBlinkLeft');
    const starts = shut.flatMap((value, i) => (value > 0.5 && shut[i - 1] <= 0.5 ? [i] : []));
    const intervals = starts.slice(1).map((start, i) => start - starts[i]);
    expect(spread(intervals) / mean(intervals)).toBeGreaterThan(0.4);
  });

  test('gaze: camera holds the viewer while the head turns; a direction is looked at', () => {
    const right = (motion: Float32Array[]) => motion.map((frame) => frame[channel.eyeLookOutLeft] - frame[channel.eyeLookInLeft]);
    const camera = perform({ gaze: 'camera' });
    for (const [i, value] of right(camera).entries()) expect(value).toBeCloseTo(Math.max(-1, Math.min(1, -camera[i][channel.headYaw] / 24)), 5);
    expect(mean(right(perform({ gaze: [12, 0] }))) - mean(right(camera))).toBeCloseTo(0.5, 1);
    expect(mean(curve(perform({ gaze: [0, 10], headMotion: 0 }), 'eyeLookUpLeft'))).toBeCloseTo(10 / 15, 5);
  });

  test('pose turns the head at rest', () => {
    const turned = perform({ pose: [0, 8, 0] });
    expect(mean(curve(turned, 'headYaw')) - mean(curve(perform(), 'headYaw'))).toBeCloseTo(8, 4);
  });

  test('head motion and expression scale what they name', () => {
    expect(spread(curve(perform({ headMotion: 0 }), 'headYaw'))).toBe(0);
    expect(spread(curve(perform({ headMotion: 2 }), 'headYaw'))).toBeCloseTo(2 * spread(curve(perform(), 'headYaw')), 4);
    expect(spread(curve(perform({ expression: 2 }), 'browInnerUp'))).toBeCloseTo(2 * spread(curve(perform(), 'browInnerUp')), 4);
    expect(blinksOf(perform({ expression: 0 }))).toBe(blinksOf(perform()));
  });

  const marks: Record<string, ChannelName> = { happy: 'mouthSmileLeft', sad: 'mouthFrownLeft', angry: 'browDownLeft', surprised: 'browOuterUpLeft', afraid: 'mouthStretchLeft', disgusted: 'noseSneerLeft' };
  test.each(emotionNames.filter((name) => name !== 'neutral'))('emotion %s shows, more with more of it', (name) => {
    const amounts = [0, 0.5, 1].map((strength) => mean(curve(perform({ emotion: { name, strength } }), marks[name])));
    expect(amounts[1]).toBeGreaterThan(amounts[0] + 0.05);
    expect(amounts[2]).toBeGreaterThan(amounts[1] + 0.1);
  });

  test('neutral is calmer than what a voice suggests', () => {
    const neutral = perform({ emotion: { name: 'neutral', strength: 0.7 } });
    expect(spread(curve(neutral, 'mouthSmileLeft'))).toBeLessThan(0.3 * spread(curve(perform(), 'mouthSmileLeft')));
  });
});
