/** Measures of finished films. */

import { createHash } from 'node:crypto';
import { probe, type VideoStream } from '../../src/ffmpeg/probe.ts';
import { bundledFfmpeg, decodeFrames } from './ffmpeg.ts';

export interface Pictures {
  width: number;
  height: number;
  frames: number;
  fps: number;
  /** [frames, height, width, 3] uint8 */
  pixels: Buffer;
}

/** Decodes all pictures of a film with the bundled ffmpeg. */
export async function readPictures(file: string): Promise<Pictures> {
  const { video } = await probe(bundledFfmpeg, file);
  const { width, height, fps } = video as VideoStream;
  const pixels = await decodeFrames(bundledFfmpeg, file);
  return { width, height, fps, pixels, frames: pixels.length / (width * height * 3) };
}

/** sha256 of all decoded pictures. */
export async function hashPictures(file: string): Promise<string> {
  return createHash('sha256').update(await decodeFrames(bundledFfmpeg, file)).digest('hex');
}

/**
 * How much moves: the mean, over frames and pixels, of the change from one frame to the next, 0..255.
 * `region`: of the picture, in 0..1; default all of it.
 */
export function meanMotion({ width, height, frames, pixels }: Pictures, region = { left: 0, right: 1, top: 0, bottom: 1 }): number {
  const size = width * height * 3;
  let sum = 0;
  let count = 0;
  for (let frame = 1; frame < frames; frame++) {
    for (let row = Math.floor(region.top * height); row < region.bottom * height; row++) {
      const from = frame * size + (row * width + Math.floor(region.left * width)) * 3;
      const to = frame * size + (row * width + Math.floor(region.right * width)) * 3;
      for (let at = from; at < to; at++) {
        sum += Math.abs(pixels[at] - pixels[at - size]);
        count++;
      }
    }
  }
  return sum / count;
}
