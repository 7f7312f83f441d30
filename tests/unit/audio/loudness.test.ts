import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLoudnessMeter, isSilent, normalisingGain } from '../../../src/audio/loudness.ts';
import { join, makeTone, makeVoice } from '../../support/voices.ts';

// By tests/fixtures/audio/make_golden.py with training/speech.py (scipy's filters).
const golden = JSON.parse(readFileSync(new URL('../../fixtures/audio/features.json', import.meta.url), 'utf8')) as { loudness: Record<string, number> };

function lufsOf(samples: Float32Array, sampleRate = 16_000, blockSize = samples.length): number {
  const meter = createLoudnessMeter(sampleRate);
  for (let at = 0; at < samples.length; at += blockSize) meter.push(samples.subarray(at, at + blockSize));
  return meter.lufs();
}

describe('createLoudnessMeter', () => {
  test('gives -3.01 LUFS for a full-scale sine of 997 Hz at 48 kHz (ITU-R BS.1770-4 annex 1)', () => {
    expect(Math.abs(lufsOf(makeTone(997, 3, 48_000, 1), 48_000) + 3.01)).toBeLessThan(0.01);
  });

  test('gives the same at 16 kHz to 0.05 LU', () => {
    expect(Math.abs(lufsOf(makeTone(997, 3, 16_000, 1)) + 3.01)).toBeLessThan(0.05);
  });

  test.each([
    ['voice20', makeVoice(20)],
    ['voice0.25', makeVoice(0.25)],
  ])('agrees with training/speech.py on %s', (name, samples) => {
    expect(Math.abs(lufsOf(samples) - golden.loudness[name])).toBeLessThan(1e-4);
  });

  test('is the same in odd blocks', () => {
    const voice = makeVoice(2);
    expect(lufsOf(voice, 16_000, 777)).toBe(lufsOf(voice));
  });

  test('falls by 6.02 LU when the samples are halved', () => {
    const voice = makeVoice(3);
    expect(lufsOf(voice) - lufsOf(voice.map((x) => x / 2))).toBeCloseTo(6.0206, 3);
  });

  test('does not count pauses', () => {
    const tone = makeTone(997, 4);
    const paused = join([tone, new Float32Array(20 * 16_000)]);
    expect(Math.abs(lufsOf(paused) - lufsOf(tone))).toBeLessThan(0.3); // the blocks at the edge
  });

  test('has no number for silence and for nothing', () => {
    expect(lufsOf(new Float32Array(16_000))).toBe(-Infinity);
    expect(lufsOf(new Float32Array(0))).toBe(-Infinity);
  });

  test('tells the share that is loud', () => {
    const meter = createLoudnessMeter(16_000);
    meter.push(join([makeTone(997, 5), new Float32Array(5 * 16_000)]));
    expect(Math.abs(meter.loudShare() - 0.5)).toBeLessThan(0.04);
  });
});

describe('normalisingGain', () => {
  test.each([
    [-23, 0],
    [-13, -10],
    [-40, 17],
    [-53, 30],
    [-59, 30],
    [-61, 0],
    [-Infinity, 0],
  ])('for %f LUFS is %f dB', (lufs, decibels) => {
    expect(20 * Math.log10(normalisingGain(lufs))).toBeCloseTo(decibels, 9);
  });

  test('leaves alone what counts as silent', () => {
    expect([isSilent(-59.9), isSilent(-60.1), isSilent(-Infinity)]).toEqual([false, true, true]);
  });
});
