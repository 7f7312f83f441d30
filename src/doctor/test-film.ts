/** The proof: a film of one second, made and removed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { animate } from '../animate.ts';
import { AnimateError } from '../errors.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import { probe } from '../ffmpeg/probe.ts';
import type { AnimateOptions } from '../options.ts';
import type { Finding } from './finding.ts';

const portrait = fileURLToPath(new URL('../../assets/test-face.webp', import.meta.url));
const sampleRate = 16_000;
const frames = 25;

/** `options`: model, device, threads, ffmpeg. */
export async function makeTestFilm(options: AnimateOptions, signal?: AbortSignal): Promise<Finding> {
  const name = 'test film';
  const folder = await mkdtemp(join(tmpdir(), 'animate-doctor-')).catch(() => undefined);
  if (folder === undefined) return { name, state: 'bad', message: `not made: ${tmpdir()} cannot be written`, hint: 'Set TMPDIR to a folder that can be written.' };
  try {
    const sound = join(folder, 'voice.wav');
    const output = join(folder, 'film.mp4');
    await writeFile(sound, hum());
    const film = await animate({ ...options, portrait, sound, output, size: 192, fps: frames, start: 0, duration: 1, crop: 'none', face: 1, sign: undefined, key: undefined, noSign: true, signal });
    const { video, audio } = await probe((await findFfmpeg({ path: options.ffmpeg })).path, output, { signal });
    const details = { frames: film.frames, width: film.width, height: film.height, seconds: film.seconds, device: film.device };
    if (film.frames !== frames || video?.codec !== 'h264' || audio?.codec !== 'aac') {
      return { name, state: 'bad', message: `expected ${frames} frames of h264 with aac, got ${film.frames} of ${video?.codec ?? 'nothing'} with ${audio?.codec ?? 'no sound'}`, details };
    }
    return { name, state: 'ok', message: `1 s at ${film.width}x${film.height} made on ${film.device} in ${film.seconds.total.toFixed(1)} s, and removed`, details };
  } catch (error) {
    if (!(error instanceof AnimateError) || error.code === 'cancelled') throw error;
    return { name, state: 'bad', message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }), details: { code: error.code } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A second of a buzzing vowel at 120 Hz that swells four times, as 16-bit WAV. */
function hum(): Uint8Array {
  const bytes = Buffer.alloc(44 + sampleRate * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22); // mono
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(sampleRate * 2, 40);
  for (let n = 0; n < sampleRate; n++) {
    const seconds = n / sampleRate;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) sum += Math.sin(2 * Math.PI * 120 * harmonic * seconds) / harmonic;
    bytes.writeInt16LE(Math.round(9000 * sum * Math.sin(Math.PI * 4 * seconds) ** 2), 44 + n * 2);
  }
  return bytes;
}
