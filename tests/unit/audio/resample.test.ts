import { describe, expect, test } from 'vitest';
import { createResampler } from '../../../src/audio/resample.ts';
import { fitTone, join, makeTone } from '../../support/voices.ts';

function resample(samples: Float32Array, fromRate: number, sizes: readonly number[] = [samples.length]): Float32Array {
  const resampler = createResampler(fromRate, 16_000);
  const blocks: Float32Array[] = [];
  for (let at = 0, i = 0; at < samples.length; i++) {
    const size = sizes[i % sizes.length];
    blocks.push(resampler.push(samples.subarray(at, at + size)));
    at += size;
  }
  return join([...blocks, resampler.flush()]);
}

const rates = [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 44_101, 48_000, 96_000, 192_000];

describe('createResampler', () => {
  test.each(rates)('keeps length, frequency, gain and time of a tone at %i Hz', (rate) => {
    const out = resample(makeTone(1234.5, 0.5, rate), rate);
    expect(out.length).toBe(Math.ceil((Math.round(0.5 * rate) * 16_000) / rate));
    const middle = out.subarray(800, 7200);
    const { amplitude, phase, restRms } = fitTone(middle, 1234.5, 800);
    expect(Math.abs(20 * Math.log10(amplitude / 0.5))).toBeLessThan(0.01);
    expect(Math.abs(phase)).toBeLessThan(1e-3); // 1e-3 rad are 0.13 microseconds
    expect(20 * Math.log10(restRms / amplitude)).toBeLessThan(-78);
  });

  test.each([
    [44_100, 8300],
    [44_100, 12_000],
    [48_000, 9000],
    [48_000, 15_990],
    [96_000, 40_000],
  ])('removes what 16 kHz cannot hold: at %i Hz a tone of %i Hz falls by more than 70 dB', (rate, hertz) => {
    const out = resample(makeTone(hertz, 0.3, rate, 1), rate).subarray(400, 4400);
    const rms = Math.sqrt(out.reduce((sum, x) => sum + x * x, 0) / out.length);
    expect(20 * Math.log10(rms * Math.SQRT2)).toBeLessThan(-70);
  });

  test('passes speech up to 7 kHz', () => {
    const out = resample(makeTone(7000, 0.3, 44_100), 44_100).subarray(400, 4400);
    expect(Math.abs(20 * Math.log10(fitTone(out, 7000, 400).amplitude / 0.5))).toBeLessThan(0.1);
  });

  test.each(rates)('gives the same samples in odd blocks at %i Hz', (rate) => {
    const tone = makeTone(500, 0.2, rate);
    expect(resample(tone, rate, [1, 37, 2048, 3])).toEqual(resample(tone, rate));
  });

  test('gives nothing for nothing', () => {
    expect(resample(new Float32Array(0), 44_100, [1]).length).toBe(0);
  });

  test('turns one sample into one', () => {
    expect(resample(new Float32Array([0.5]), 48_000).length).toBe(1);
  });
});
