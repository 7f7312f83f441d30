import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMelAnalyser, melFilters, scaleMel } from '../../../src/audio/mel.ts';
import { join, makeTone, makeVoice } from '../../support/voices.ts';

// By tests/fixtures/audio/make_golden.py: openai-whisper's formula on torch 2.13.
const golden = JSON.parse(readFileSync(new URL('../../fixtures/audio/features.json', import.meta.url), 'utf8')) as { mel: { hops: number[]; values: number[][] } };

/** log10 mel [hops * 80] of a whole sound, fed in blocks of `size`. */
function analyse(samples: Float32Array, size = samples.length): Float32Array {
  const analyser = createMelAnalyser();
  const blocks: Float32Array[] = [];
  for (let at = 0; at < samples.length; at += size) blocks.push(analyser.push(samples.subarray(at, at + size)));
  return join([...blocks, analyser.flush()]);
}

describe('melFilters', () => {
  const filters = melFilters();

  test('are 80 triangles of area 1 whose peaks rise', () => {
    expect(filters.map((filter) => filter.length)).toEqual(new Array(80).fill(201));
    // Wide ones only: the narrow ones are sampled by two or three bins of 40 Hz.
    for (const filter of filters.slice(50)) expect(Math.abs(filter.reduce((sum, weight) => sum + weight * 40, 0) - 1)).toBeLessThan(0.03);
    const peaks = filters.map((filter) => filter.indexOf(Math.max(...filter)));
    expect(peaks.every((peak, i) => i === 0 || peak >= peaks[i - 1])).toBe(true);
  });

  test('make a partition of unity between the first and the last peak', () => {
    // Each divided by its height (2 / width), the slopes of neighbours add up to 1.
    const logStep = Math.log(6.4) / 27;
    const top = 15 + Math.log(8) / logStep;
    const edge = (i: number): number => ((mel) => (mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(logStep * (mel - 15))))((top * i) / 81);
    for (let k = 2; k < 190; k++) {
      const sum = filters.reduce((total, filter, i) => total + (filter[k] * (edge(i + 2) - edge(i))) / 2, 0);
      expect(sum).toBeCloseTo(1, 10);
    }
  });
});

describe('createMelAnalyser', () => {
  test("gives Whisper's log-mel to 1e-4", () => {
    const voice = makeVoice(3);
    voice.fill(0, 0, 400).fill(0, voice.length - 400);
    const mel = scaleMel(analyse(voice), -10);
    let worst = 0;
    golden.mel.hops.forEach((hop, i) => {
      golden.mel.values[i].forEach((expected, bin) => {
        worst = Math.max(worst, Math.abs(mel[hop * 80 + bin] - expected));
      });
    });
    expect(worst).toBeLessThan(1e-4);
  });

  test.each([1, 159, 160, 401, 7777])('gives the same numbers in blocks of %i samples', (size) => {
    const voice = makeVoice(0.6);
    expect(analyse(voice, size)).toEqual(analyse(voice));
  });

  test.each([0, 1, 159, 160, 161, 16_000])('gives a hop for each whole 160 of %i samples', (count) => {
    expect(analyse(new Float32Array(count)).length / 80).toBe(Math.floor(count / 160));
  });

  test('shows a tone in the band that holds it', () => {
    const mel = analyse(makeTone(1000, 0.5));
    const hop = mel.subarray(25 * 80, 26 * 80);
    const strongest = hop.indexOf(Math.max(...hop));
    expect(melFilters()[strongest][25]).toBeGreaterThan(0); // bin 25 is 1000 Hz
  });

  test('says 1e-10 for silence', () => {
    expect(new Set(analyse(new Float32Array(3200)))).toEqual(new Set([-10]));
  });
});

describe('scaleMel', () => {
  test('clips 8 below the peak and maps -4 to 0', () => {
    expect([...scaleMel(new Float32Array([2, -4, -10]), -10)]).toEqual([1.5, 0, -0.5]);
  });

  test('takes the floor for the peak when nothing is louder', () => {
    expect([...scaleMel(new Float32Array([-10, -5]), 1)]).toEqual([-0.75, -0.25]);
  });
});
