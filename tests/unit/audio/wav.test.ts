import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import wavefile from 'wavefile';
import { openSound } from '../../../src/audio/decode.ts';
import type { OpenSoundOptions, Sound } from '../../../src/audio/sound.ts';
import { collect } from '../../support/collect.ts';
import { fitTone, join, makeTone } from '../../support/voices.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'animate-wav-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What wavefile wants for each depth: values in file units. */
function toFileUnits(depth: string, samples: Float32Array): number[] {
  if (depth === '32f' || depth === '64') return [...samples];
  if (depth === '8') return Array.from(samples, (x) => Math.round(128 + x * 127));
  const fullScale = 2 ** (Number.parseInt(depth, 10) - 1) - 1;
  return Array.from(samples, (x) => Math.round(x * fullScale));
}

function makeWav(depth: string, channels: readonly Float32Array[], sampleRate: number, container = 'RIFF'): Uint8Array {
  const wav = new wavefile.WaveFile();
  const base = depth === '8a' || depth === '8m' ? '16' : depth;
  const units = channels.map((channel) => toFileUnits(base, channel));
  wav.fromScratch(channels.length, sampleRate, base, channels.length === 1 ? units[0] : units, { container });
  if (depth === '8a') wav.toALaw();
  if (depth === '8m') wav.toMuLaw();
  return wav.toBuffer();
}

/** Written to a file and opened; no ffmpeg can be found, so nothing but wavefile can have read it. */
async function open(bytes: Uint8Array, options: OpenSoundOptions = {}): Promise<Sound> {
  const path = joinPath(folder, 'sound.wav');
  await writeFile(path, bytes);
  return openSound(path, { ffmpegPath: '/nowhere/ffmpeg', ...options });
}

const read = async (sound: Sound): Promise<Float32Array> => join(await collect(sound.samples()));
const decibels = (ratio: number): number => 20 * Math.log10(ratio);

describe('a WAV file', () => {
  // Noise of the encoding itself: about 6 dB a bit; A-law and mu-law about 38 dB under the tone. The resampler adds at most -78 dB.
  test.each([
    ['8', -40],
    ['16', -75],
    ['24', -75],
    ['32', -75],
    ['32f', -75],
    ['64', -75],
    ['8a', -32],
    ['8m', -32],
  ])('of depth %s gives the tone it was written with', async (depth, noise) => {
    for (const [rate, channelCount] of [[16_000, 1], [44_100, 2], [48_000, 6], [8000, 8]] as const) {
      const tone = makeTone(997, 0.2, rate);
      const sound = await open(makeWav(depth, new Array(channelCount).fill(tone), rate));
      expect([sound.reader, sound.sampleRate, sound.channels, sound.durationSeconds]).toEqual(['wavefile', rate, channelCount, 0.2]);
      const samples = await read(sound);
      expect(samples.length).toBe(3200);
      const { amplitude, phase, restRms } = fitTone(samples.subarray(800, 2400), 997, 800);
      expect(Math.abs(decibels(amplitude / 0.5))).toBeLessThan(depth.startsWith('8') ? 0.15 : 0.01);
      expect(Math.abs(phase)).toBeLessThan(2e-3);
      expect(decibels(restRms / amplitude)).toBeLessThan(noise);
      expect(sound.warnings).toEqual([]);
    }
  });

  test('of 12 bits in the upper part of 16, as the standard says, has full scale', async () => {
    const bytes = makeWav('16', [makeTone(997, 0.2)], 16_000);
    new DataView(bytes.buffer).setUint16(34, 12, true);
    expect(Math.abs(fitTone(await read(await open(bytes)), 997).amplitude - 0.5)).toBeLessThan(1e-3);
  });

  test('of extensible floats is read as floats', async () => {
    const bytes = makeWav('32', [makeTone(997, 0.2), makeTone(997, 0.2), makeTone(997, 0.2)], 16_000); // three channels: wavefile writes it as extensible
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(16, true)).toBe(40); // the size of an extensible format
    view.setUint16(20, 0xfffe, true);
    view.setUint16(44, 3, true);
    for (let at = 68; at < bytes.length; at += 4) view.setFloat32(at, view.getInt32(at, true) / 2 ** 31, true);
    expect(Math.abs(fitTone(await read(await open(bytes)), 997).amplitude - 0.5)).toBeLessThan(1e-3);
  });

  test('in big-endian order (RIFX) gives the same samples', async () => {
    const tone = makeTone(997, 0.2, 22_050);
    expect(await read(await open(makeWav('16', [tone], 22_050, 'RIFX')))).toEqual(await read(await open(makeWav('16', [tone], 22_050))));
  });

  test('is mixed down to the mean of its channels', async () => {
    const sound = await open(makeWav('32f', [new Float32Array(400).fill(0.5), new Float32Array(400).fill(-0.25)], 16_000));
    expect(new Set(await read(sound))).toEqual(new Set([0.125]));
  });

  test('can be read twice', async () => {
    const sound = await open(makeWav('16', [makeTone(440, 1, 44_100)], 44_100));
    expect(await read(sound)).toEqual(await read(sound));
  });

  test('is cut by start and duration', async () => {
    const ramp = Float32Array.from({ length: 16_000 }, (_, i) => i / 16_000);
    const sound = await open(makeWav('32f', [ramp], 16_000), { startSeconds: 0.25, durationSeconds: 0.5 });
    expect(await read(sound)).toEqual(ramp.slice(4000, 12_000));
    expect(sound.durationSeconds).toBe(0.5);
  });

  test('that ends before its header says is used as far as it goes, with a warning', async () => {
    const sound = await open(makeWav('16', [makeTone(440, 1)], 16_000).subarray(0, 44 + 2 * 4000 + 1));
    expect((await read(sound)).length).toBe(4000);
    expect(sound.warnings).toEqual([`${sound.path}: the file is cut off; the 0.25 s of 1 s that are there are used`]);
  });

  test.each([0, 0xffff_ffff])('written to a pipe, with a length of %i, is read to its end', async (size) => {
    const bytes = makeWav('16', [makeTone(440, 0.5)], 16_000);
    new DataView(bytes.buffer).setUint32(40, size, true);
    const sound = await open(bytes);
    expect((await read(sound)).length).toBe(8000);
    expect(sound.warnings).toEqual([]);
  });

  test('with other chunks before and after its samples is read', async () => {
    const bytes = makeWav('16', [makeTone(440, 0.1)], 16_000);
    const list = Buffer.from('LIST\u0005\0\0\0INFOx\0', 'latin1'); // an odd size: one byte of filling follows
    const joined = Buffer.concat([bytes.subarray(0, 36), list, bytes.subarray(36), list]);
    expect((await read(await open(joined))).length).toBe(1600);
  });

  test('with samples that are no numbers counts them as silence and says so', async () => {
    const samples = makeTone(440, 0.1);
    samples[100] = Number.NaN;
    samples[200] = Number.POSITIVE_INFINITY;
    const sound = await open(makeWav('32f', [samples], 16_000));
    const got = await read(sound);
    expect([got[100], got[200], got.every(Number.isFinite)]).toEqual([0, 0, true]);
    expect(sound.warnings).toEqual([`${sound.path}: holds samples that are no numbers; they count as silence`]);
  });
});

describe('openSound refuses', () => {
  const good = (): Uint8Array => makeWav('16', [makeTone(440, 0.5)], 16_000);
  const damage = (offset: number, value: number): Uint8Array => {
    const bytes = good();
    new DataView(bytes.buffer).setUint16(offset, value, true);
    return bytes;
  };

  test.each([
    ['no channels', damage(22, 0), 'not readable as a WAV file (expected 1 to 8 channels, got 0)'],
    ['no sample rate', damage(24, 0), 'not readable as a WAV file (expected a sample rate from 100 to 1000000 Hz, got 0)'],
    ['frames of a wrong size', damage(32, 5), 'not readable as a WAV file (expected integer samples of 8, 16, 24, 32 bits, got 16 bits in frames of 5 bytes with 1 channels)'],
    ['no bits', damage(34, 0), 'not readable as a WAV file (expected integer samples of 8, 16, 24, 32 bits, got 0 bits in frames of 2 bytes with 1 channels)'],
    ['a header and nothing else', good().subarray(0, 36), 'not readable as a WAV file (no "data" chunk)'],
    ['a header cut in the format', good().subarray(0, 30), 'not readable as a WAV file (no "data" chunk)'],
    ['no chunks', good().subarray(0, 12), 'not readable as a WAV file (no "fmt " chunk)'],
    ['no samples', good().subarray(0, 44), 'expected a sound, got one of 0 s'],
    ['no bytes', new Uint8Array(0), 'the file is empty'],
  ])('%s', async (_, bytes, reason) => {
    await expect(open(bytes)).rejects.toMatchObject({ name: 'AnimateError', code: 'unreadable-input', message: `${joinPath(folder, 'sound.wav')}: ${reason}` });
  });

  test('a file that is not there, and a folder', async () => {
    const path = joinPath(folder, 'none.wav');
    await expect(openSound(path)).rejects.toMatchObject({ code: 'unreadable-input', message: `${path}: no such file` });
    await expect(openSound(folder)).rejects.toMatchObject({ code: 'unreadable-input', message: `${folder}: expected a sound file, got a folder` });
  });

  test('a start after the end', async () => {
    const path = joinPath(folder, 'sound.wav');
    await expect(open(good(), { startSeconds: 0.5 })).rejects.toMatchObject({ code: 'bad-option', message: `--start: expected less than the 0.5 s of ${path}, got 0.5 s` });
  });

  test('to go on when cancelled', async () => {
    const controller = new AbortController();
    const sound = await open(good(), { signal: controller.signal });
    controller.abort();
    await expect(read(sound)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('nothing without saying why: any damage to a header gives samples that are numbers, or an AnimateError', async () => {
    const bytes = good();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 0, max: 43 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 }), async (changes) => {
        const damaged = bytes.slice();
        for (const [offset, value] of changes) damaged[offset] = value;
        try {
          // A cut section: a sample rate may have become one that makes hours of this half second.
          const samples = await read(await open(damaged, { durationSeconds: 0.01 }));
          expect(samples.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: 'AnimateError', code: expect.stringMatching(/^(unreadable-input|ffmpeg-failed|ffmpeg-missing)$/) });
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
