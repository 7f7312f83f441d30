/** Samples of a WAV file, block by block, so that memory does not grow with the file. wavefile decodes, wav-header.ts finds. */

import type { FileHandle } from 'node:fs/promises';
import wavefile from 'wavefile';
import type { WavHeader } from './wav-header.ts';

const blockFrames = 16_384;

/** Frames `first` to `end` - 1 of the file as mono blocks [frames], full scale at -1 and 1: the mean of the channels. */
export async function* readWavSamples(file: FileHandle, header: WavHeader, first: number, end: number): AsyncGenerator<Float32Array> {
  const frameBytes = (header.channels * header.bits) / 8;
  for (let frame = first; frame < end; ) {
    const bytes = new Uint8Array(Math.min(blockFrames, end - frame) * frameBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, header.dataStart + frame * frameBytes);
    const frames = Math.floor(bytesRead / frameBytes);
    if (frames === 0) return; // the file shrank since it was opened
    yield mixDown(decodeSamples(bytes.subarray(0, frames * frameBytes), header), header);
    frame += frames;
  }
}

/** bytes -> interleaved samples [frames * channels] as wavefile gives them: integers unscaled, A-law and mu-law as 16-bit integers. */
function decodeSamples(bytes: Uint8Array, header: WavHeader): Float64Array {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(header.channels, header.sampleRate, depthName(header), [], { container: header.bigEndian ? 'RIFX' : 'RIFF' });
  (wav.data as { samples: Uint8Array }).samples = bytes;
  if (header.encoding === 'A-law') wav.fromALaw();
  if (header.encoding === 'mu-law') wav.fromMuLaw();
  return wav.getSamples(true);
}

function depthName({ encoding, bits }: WavHeader): string {
  if (encoding === 'A-law') return '8a';
  if (encoding === 'mu-law') return '8m';
  return encoding === 'float' && bits === 32 ? '32f' : String(bits);
}

// interleaved [frames * channels] in the file's own units -> mono [frames] in [-1, 1]
function mixDown(samples: Float64Array, header: WavHeader): Float32Array {
  const { channels } = header;
  const { offset, fullScale } = scaleOf(header);
  const mono = new Float32Array(samples.length / channels);
  const factor = 1 / (fullScale * channels);
  for (let frame = 0, at = 0; frame < mono.length; frame++) {
    let sum = -offset * channels;
    for (let channel = 0; channel < channels; channel++) sum += samples[at++];
    mono[frame] = sum * factor;
  }
  return mono;
}

function scaleOf({ encoding, bits }: WavHeader): { offset: number; fullScale: number } {
  if (encoding === 'float') return { offset: 0, fullScale: 1 };
  if (encoding !== 'integer') return { offset: 0, fullScale: 2 ** 15 };
  return bits === 8 ? { offset: 128, fullScale: 128 } : { offset: 0, fullScale: 2 ** (bits - 1) };
}
