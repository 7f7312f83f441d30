import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { leadingTokens, speechTokens } from '../../../src/audio/features.ts';
import { createLoudnessMeter, normalisingGain } from '../../../src/audio/loudness.ts';
import type { RunNetwork } from '../../../src/tensor/tensor.ts';
import { collect } from '../../support/collect.ts';
import { inBlocks, join, makeVoice } from '../../support/voices.ts';

// By tests/fixtures/audio/make_golden.py: training/speech.py with the fake encoder below.
const golden = JSON.parse(readFileSync(new URL('../../fixtures/audio/features.json', import.meta.url), 'utf8')) as {
  melPeakFloor: number;
  tokens: { count: number; indices: number[]; values: number[][] };
};
const { melPeakFloor } = golden;
const width = 3 + 160;
const longVoice = makeVoice(40);
const seconds = (duration: number): Float32Array => longVoice.subarray(0, Math.round(duration * 16_000));

/** Two log-mel values and the place in the window in seconds; remembers the hops it was given. */
function fakeEncoder(): { encode: RunNetwork; windows: number[] } {
  const windows: number[] = [];
  const encode: RunNetwork = async ({ mel }) => {
    const hops = mel.shape[2];
    expect(mel.shape).toEqual([1, 80, hops]);
    windows.push(hops);
    const states = new Float32Array((hops / 2) * 3);
    for (let t = 0; t < hops / 2; t++) states.set([mel.data[3 * hops + 2 * t], mel.data[40 * hops + 2 * t + 1], t / 50], t * 3);
    return { states: { data: states, shape: [1, hops / 2, 3] } };
  };
  return { encode, windows };
}

async function tokensOf(samples: Float32Array, options: { sizes?: number[]; gain?: number } = {}): Promise<{ tokens: Float32Array; count: number; windows: number[] }> {
  const { encode, windows } = fakeEncoder();
  const tokens = join(await collect(speechTokens(inBlocks(samples, options.sizes), encode, { gain: options.gain ?? 1, melPeakFloor })));
  return { tokens, count: tokens.length / width, windows };
}

describe('speechTokens', () => {
  test('equals training/speech.py to 1e-3 over three windows', async () => {
    const voice = seconds(20);
    const meter = createLoudnessMeter(16_000);
    meter.push(voice);
    const { tokens, count } = await tokensOf(voice, { gain: normalisingGain(meter.lufs()) });
    expect(count).toBe(golden.tokens.count);
    let worst = 0;
    golden.tokens.indices.forEach((index, i) => {
      golden.tokens.values[i].forEach((expected, k) => {
        worst = Math.max(worst, Math.abs(tokens[index * width + k] - expected));
      });
    });
    expect(worst).toBeLessThan(1e-3);
  });

  test.each([1, 639, 640, 641, 16_000])('gives two tokens a frame and a second of silence at both ends for %i samples', async (samples) => {
    const { count } = await tokensOf(longVoice.subarray(0, samples));
    expect(count).toBe(2 * leadingTokens + 2 * Math.ceil(samples / 640));
  });

  test.each([
    [0.04, [204]],
    [8, [1000]],
    [8.04, [1000, 204]],
    [16, [1000, 1000]],
    [20, [1000, 1000, 600]],
  ])('cuts %f s into windows of 8 s and a second more on each side', async (duration, expected) => {
    expect((await tokensOf(seconds(duration))).windows).toEqual(expected);
  });

  test('is the same in blocks of any size', async () => {
    const voice = seconds(9);
    const whole = await tokensOf(voice, { sizes: [voice.length] });
    const pieces = await tokensOf(voice, { sizes: [1, 7, 1000, 33_333, 12_345] });
    expect(pieces.tokens).toEqual(whole.tokens);
  });

  test('puts a click at 1.52 s into token 50 + 76', async () => {
    const sound = new Float32Array(32_000);
    for (let i = 0; i < 320; i++) sound[1.52 * 16_000 + i] = Math.sin((2 * Math.PI * 1000 * i) / 16_000);
    const { tokens, count } = await tokensOf(sound);
    const energy = Array.from({ length: count }, (_, t) => Math.max(...tokens.subarray(t * width + 3, (t + 1) * width)));
    expect(energy.indexOf(Math.max(...energy))).toBe(leadingTokens + 76);
  });

  test('has no jump at the seams of 40 s: log-mel moves there no more than elsewhere', async () => {
    const { tokens, count } = await tokensOf(longVoice);
    const steps = Array.from({ length: count - 1 }, (_, t) => {
      let step = 0;
      for (let k = 3; k < width; k++) step += Math.abs(tokens[(t + 1) * width + k] - tokens[t * width + k]) / 160;
      return step;
    });
    const seams = [8, 16, 24, 32].map((time) => steps[leadingTokens + time * 50 - 1]);
    const inside = steps.slice(leadingTokens, count - leadingTokens - 1).sort((a, b) => a - b);
    const percentile99 = inside[Math.floor(inside.length * 0.99)];
    expect(Math.max(...seams)).toBeLessThan(percentile99);
    // Exactly: the windows of one sound whose peaks are alike give the same log-mel as one long window.
    const shifted = await tokensOf(longVoice.subarray(4 * 16_000));
    let worst = 0;
    for (let t = 100; t < 1500; t++) {
      for (let k = 3; k < width; k++) {
        const there = tokens[(leadingTokens + 200 + t) * width + k];
        const here = shifted.tokens[(leadingTokens + t) * width + k];
        if (there > -0.6 && here > -0.6) worst = Math.max(worst, Math.abs(there - here)); // under it the windows' own clipping may differ
      }
    }
    expect(worst).toBeLessThan(1e-5);
  });

  test('keeps noise of -60 dB as low as it is', async () => {
    const noise = seconds(3).map((_, i) => 1e-3 * Math.sin(i * i * 12.9898));
    const { tokens } = await tokensOf(noise);
    expect(tokens.filter((_, i) => i % width >= 3).reduce((a, b) => Math.max(a, b))).toBeLessThan(0.2);
  });

  test('stops on the signal', async () => {
    const controller = new AbortController();
    controller.abort();
    const { encode } = fakeEncoder();
    const tokens = speechTokens(inBlocks(seconds(1)), encode, { gain: 1, melPeakFloor, signal: controller.signal });
    await expect(collect(tokens)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
