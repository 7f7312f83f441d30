/** How long a film will take and how large it will be: rough figures for a plan. */
import type { OptionValues } from './options.ts';
import type { Coding } from './video/codecs.ts';
import { containerOf } from './video/containers.ts';
import type { Output } from './video/output.ts';

export interface FilmEstimate {
  /** Wall clock, on this machine if it is like the one that was measured. */
  readonly seconds: number;
  readonly bytes: number;
}

export interface EstimateInput {
  /** Of the film, pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the face in the film, pixels: width times height of the landmarks' box. */
  readonly facePixels: number;
  readonly durationSeconds: number;
  /** Complete. */
  readonly values: Pick<OptionValues, 'fps' | 'crf' | 'steps' | 'preset' | 'motion' | 'noSound'>;
  readonly output: Pick<Output, 'coding' | 'container'>;
  /** Processor cores that work on it. */
  readonly cores: number;
}

// Processor time, two cores of an Intel Xeon with AVX-512, docs/batch.md: bare films of 128 to 1024 pixels.
const drawSecondsPerFrame = 0.006;
const drawSecondsPerFacePixel = 4.2e-7;
const drawSecondsPerPixel = 5e-8;
const motionSecondsPerStep = 0.035; // for one second of motion
const fineness = { fast: 0.7, balanced: 1, best: 1.5 };
/** Model and portrait; a batch spends them once. */
export const startSeconds = 1.5;
/** Bits a pixel and frame at --crf 18; whether six steps of it halve them; processor seconds a pixel and frame beyond those of h264. docs/film.md. */
const sizes: Readonly<Record<Coding, { bitsPerPixel: number; isScaled: boolean; secondsPerPixel: number }>> = {
  h264: { bitsPerPixel: 0.055, isScaled: true, secondsPerPixel: 0 },
  h265: { bitsPerPixel: 0.048, isScaled: true, secondsPerPixel: 2.5e-8 },
  vp9: { bitsPerPixel: 0.075, isScaled: true, secondsPerPixel: 1e-8 },
  av1: { bitsPerPixel: 0.033, isScaled: true, secondsPerPixel: 2.5e-8 },
  prores: { bitsPerPixel: 5.3, isScaled: false, secondsPerPixel: 9e-8 },
  gif: { bitsPerPixel: 1.3, isScaled: false, secondsPerPixel: 7e-8 },
  apng: { bitsPerPixel: 6.6, isScaled: false, secondsPerPixel: 1.1e-7 },
  png: { bitsPerPixel: 12.6, isScaled: false, secondsPerPixel: 7e-8 },
  jpeg: { bitsPerPixel: 1.35, isScaled: true, secondsPerPixel: 0 },
  webp: { bitsPerPixel: 1.1, isScaled: true, secondsPerPixel: 4e-8 },
};
const soundBytesPerSecond = 12_000;

export function estimateFilm({ width, height, facePixels, durationSeconds, values, output, cores }: EstimateInput): FilmEstimate {
  const { fps, crf, steps = 10, preset, motion, noSound } = values;
  const { bitsPerPixel, isScaled, secondsPerPixel } = sizes[output.coding];
  const soundBytes = noSound || containerOf(output.container).sound === undefined ? 0 : soundBytesPerSecond;
  const frames = Math.ceil(durationSeconds * fps);
  const draw = frames * (drawSecondsPerFrame + (drawSecondsPerPixel + secondsPerPixel) * width * height + drawSecondsPerFacePixel * facePixels * fineness[preset]);
  const sample = motion === undefined ? durationSeconds * steps * motionSecondsPerStep : 0;
  const bytes = (frames * width * height * bitsPerPixel * (isScaled ? 2 ** ((18 - crf) / 6) : 1)) / 8 + durationSeconds * soundBytes;
  return { seconds: startSeconds + (draw + sample) / Math.max(1, cores), bytes: Math.round(bytes) };
}
