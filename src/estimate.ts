/** How long a film will take and how large it will be: rough figures for a plan. */
import type { OptionValues } from './options.ts';

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
  readonly values: Pick<OptionValues, 'fps' | 'crf' | 'steps' | 'preset' | 'motion'>;
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
/** Bits a pixel and frame at --crf 18; six steps of it halve them. */
const bitsPerPixel = 0.055;
const soundBytesPerSecond = 12_000;

export function estimateFilm({ width, height, facePixels, durationSeconds, values, cores }: EstimateInput): FilmEstimate {
  const { fps, crf, steps = 10, preset, motion } = values;
  const frames = Math.ceil(durationSeconds * fps);
  const draw = frames * (drawSecondsPerFrame + drawSecondsPerPixel * width * height + drawSecondsPerFacePixel * facePixels * fineness[preset]);
  const sample = motion === undefined ? durationSeconds * steps * motionSecondsPerStep : 0;
  const bytes = (frames * width * height * bitsPerPixel * 2 ** ((18 - crf) / 6)) / 8 + durationSeconds * soundBytesPerSecond;
  return { seconds: startSeconds + (draw + sample) / Math.max(1, cores), bytes: Math.round(bytes) };
}
