import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspectSound } from '../../../src/inspect/sound.ts';
import { voice } from '../../support/pictures.ts';
import { wavBytes } from '../../support/sound.ts';
import { makeTone, makeVoice } from '../../support/voices.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-sound-report-'));
});
afterAll(() => rm(folder, { recursive: true }));
const inspect = async (name: string, channels: Float32Array[], rate: number) => {
  const file = join(folder, name);
  await writeFile(file, wavBytes(channels, rate));
  return inspectSound(file, {});
};

// A sine of amplitude 0.5 is at -9.03 dB; BS.1770 reads 997 Hz as its mean power - 0.691 dB + 0.691 dB of the filter, mono: -9.03 LUFS.
test('length, rate, channels, loudness and peak of a tone', async () => {
  const tone = makeTone(997, 2, 48_000, 0.5);
  const report = await inspect('tone.wav', [tone, tone], 48_000);
  expect(report).toMatchObject({ kind: 'sound', durationSeconds: 2, sampleRate: 48_000, channels: 2, isSilent: false, warnings: [] });
  expect(report.lufs).toBeCloseTo(-9.03, 1);
  expect(report.peakDb).toBeCloseTo(-6.02, 1);
});

test('silence has neither loudness nor speech', async () => {
  expect(await inspect('silence.wav', [new Float32Array(16_000)], 16_000)).toMatchObject({ lufs: null, peakDb: null, speechShare: 0, isSilent: true, warnings: [expect.stringContaining('is silent')] });
});

test('a voice and as much silence is half speech', async () => {
  const samples = new Float32Array(16_000 * 20);
  samples.set(makeVoice(10));
  expect((await inspect('half.wav', [samples], 16_000)).speechShare).toBeCloseTo(0.5, 1);
});

test('a reader speaks most of the time', async () => {
  const { speechShare } = await inspectSound(voice, {});
  expect(speechShare).toBeGreaterThan(0.7);
  expect(speechShare).toBeLessThanOrEqual(1);
});

test('noise is no speech', async () => {
  let state = 1;
  const noise = Float32Array.from({ length: 16_000 * 4 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.2 * (state / 2 ** 31 - 1);
  });
  expect((await inspect('noise.wav', [noise], 16_000)).speechShare).toBeLessThan(0.1);
});
