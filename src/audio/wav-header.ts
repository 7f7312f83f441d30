/** Walks the chunks of a RIFF, RIFX or RF64 file up to its samples. Tolerant of wrong sizes, strict about the format. */

import { AnimateError } from '../errors.ts';

export interface WavHeader {
  readonly encoding: 'integer' | 'float' | 'A-law' | 'mu-law';
  /** Bits that a sample takes in the file: 8, 16, 24, 32 or 64. Fewer valid bits fill the upper end, as the standard says. */
  readonly bits: number;
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  readonly bigEndian: boolean;
  /** Where the samples begin in the file. */
  readonly dataStart: number;
  /** Whole frames (one sample of every channel) that are there. */
  readonly frames: number;
  /** Frames that the header promises, when the file ends before them. */
  readonly promisedFrames: number | undefined;
}

/** Reads `length` bytes from `position`, fewer at the end of the file. */
export type ReadBytes = (position: number, length: number) => Promise<Uint8Array>;

const mostChunks = 1000; // of a damaged file; real ones have fewer than twenty
const streamedSizes = new Set([0, 0x7fff_ffff, 0xffff_ffff, 0x7fff_f000, 0xffff_f000]); // written by programs that could not know the length

/** Returns undefined for what is no WAV file, or a WAV file of another encoding (ADPCM, MP3, more than 8 channels): ffmpeg's business. */
export async function readWavHeader(path: string, read: ReadBytes, fileBytes: number): Promise<WavHeader | undefined> {
  const head = await read(0, 12);
  const container = textAt(head, 0);
  if (!['RIFF', 'RIFX', 'RF64'].includes(container) || textAt(head, 8) !== 'WAVE') return undefined;
  const littleEndian = container !== 'RIFX';
  let format: Uint8Array | undefined;
  let position = 12;
  for (let chunk = 0; chunk < mostChunks && position + 8 <= fileBytes; chunk++) {
    const start = await read(position, 8);
    const size = view(start).getUint32(4, littleEndian);
    const name = textAt(start, 0);
    if (name === 'fmt ') format = await read(position + 8, Math.min(size, 40));
    if (name === 'data') {
      if (format === undefined) throw unusable(path, 'its samples come before their format');
      return describe(path, format, littleEndian, position + 8, size, fileBytes);
    }
    position += 8 + size + (size % 2);
  }
  throw unusable(path, format === undefined ? 'no "fmt " chunk' : 'no "data" chunk');
}

function describe(path: string, format: Uint8Array, littleEndian: boolean, dataStart: number, size: number, fileBytes: number): WavHeader | undefined {
  if (format.length < 16) throw unusable(path, 'its "fmt " chunk is cut off');
  const fields = view(format);
  const code = fields.getUint16(0, littleEndian);
  // WAVE_FORMAT_EXTENSIBLE: the real code begins the 16-byte identifier of the sub-format.
  const encoding = encodings[code === 0xfffe && format.length >= 26 ? fields.getUint16(24, littleEndian) : code];
  const channels = fields.getUint16(2, littleEndian);
  if (encoding === undefined || channels > 8) return undefined;
  const sampleRate = fields.getUint32(4, littleEndian);
  const frameBytes = fields.getUint16(12, littleEndian);
  const validBits = fields.getUint16(14, littleEndian);
  if (channels === 0) throw unusable(path, 'expected 1 to 8 channels, got 0');
  if (sampleRate < 100 || sampleRate > 1_000_000) throw unusable(path, `expected a sample rate from 100 to 1000000 Hz, got ${sampleRate}`);
  const bits = (frameBytes / channels) * 8;
  if (!sizes[encoding].includes(bits) || validBits < 1 || validBits > bits) {
    throw unusable(path, `expected ${encoding} samples of ${sizes[encoding].join(', ')} bits, got ${validBits} bits in frames of ${frameBytes} bytes with ${channels} channels`);
  }
  const promised = streamedSizes.has(size) ? undefined : Math.floor(size / frameBytes);
  const there = Math.floor((fileBytes - dataStart) / frameBytes);
  const frames = Math.min(there, promised ?? there);
  return { encoding, bits, channels, sampleRate, bigEndian: !littleEndian, dataStart, frames, promisedFrames: promised !== undefined && promised > there ? promised : undefined };
}

const encodings: Record<number, WavHeader['encoding'] | undefined> = { 1: 'integer', 3: 'float', 6: 'A-law', 7: 'mu-law' };
const sizes: Record<WavHeader['encoding'], number[]> = { integer: [8, 16, 24, 32], float: [32, 64], 'A-law': [8], 'mu-law': [8] };

function unusable(path: string, reason: string): AnimateError {
  return new AnimateError('unreadable-input', `${path}: not readable as a WAV file (${reason})`, { hint: 'The header is damaged: export the sound again, or convert it with another program.' });
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textAt(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}
