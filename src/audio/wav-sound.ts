/** A WAV file as a `Sound`. */

import { open } from 'node:fs/promises';
import { throwIfCancelled } from '../errors.ts';
import { createResampler } from './resample.ts';
import { dropNonNumbers, emptySoundError, formatSeconds, lateStartError, type OpenSoundOptions, type Sound, speechRate } from './sound.ts';
import { readWavSamples } from './wav.ts';
import type { WavHeader } from './wav-header.ts';

/** Throws `unreadable-input` for a file without samples, `bad-option` when the section begins after the end. */
export function openWav(path: string, header: WavHeader, options: OpenSoundOptions): Sound {
  const { frames, promisedFrames, sampleRate, channels } = header;
  const { startSeconds = 0, durationSeconds, signal } = options;
  if (frames === 0) throw emptySoundError(path);
  const first = Math.round(startSeconds * sampleRate);
  if (first >= frames) throw lateStartError(path, startSeconds, frames / sampleRate);
  const end = durationSeconds === undefined ? frames : Math.min(frames, first + Math.round(durationSeconds * sampleRate));
  const warnings = new Set<string>();
  if (promisedFrames !== undefined) {
    warnings.add(`${path}: the file is cut off; the ${formatSeconds(frames / sampleRate)} of ${formatSeconds(promisedFrames / sampleRate)} that are there are used`);
  }

  async function* samples(): AsyncGenerator<Float32Array> {
    const resampler = createResampler(sampleRate, speechRate);
    const file = await open(path);
    try {
      for await (const block of readWavSamples(file, header, first, end)) {
        throwIfCancelled(signal);
        yield resampler.push(dropNonNumbers(block, path, warnings));
      }
      yield resampler.flush();
    } finally {
      await file.close();
    }
  }
  return {
    path,
    reader: 'wavefile',
    durationSeconds: (end - first) / sampleRate,
    sampleRate,
    channels,
    samples,
    get warnings() {
      return [...warnings];
    },
  };
}
