/** Samples any (turned) square of a picture at the small size that a network takes, without aliasing: from copies of the picture
 * halved again and again (Williams 1983, "Pyramidal Parametrics"). */
import type { Pixels } from './pixels.ts';

/** Level n is 2^n times smaller than the picture. */
export type Pyramid = readonly Pixels[];

/** A rectangle in picture pixels, turned about its centre by `angle` (radians, clockwise on screen). */
export interface Region {
  readonly centreX: number;
  readonly centreY: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

export interface SampleOptions {
  /** Columns and rows of the result. */
  readonly size: number;
  /** Value of black; white is 1. */
  readonly low: number;
  /** What lies outside the picture: its nearest pixel, or black. */
  readonly outside: 'nearest' | 'black';
}

const smallestLevelPixels = 96;

export function buildPyramid(picture: Pixels): Pyramid {
  const levels: Pixels[] = [{ width: picture.width, height: picture.height, rgb: picture.rgb }];
  for (;;) {
    const last = levels[levels.length - 1];
    if (Math.min(last.width, last.height) < 2 * smallestLevelPixels) return levels;
    levels.push(halve(last));
  }
}

/** Means of 2x2 pixels; an odd last row or column is left out. */
function halve({ width: fullWidth, height: fullHeight, rgb }: Pixels): Pixels {
  const width = fullWidth >> 1;
  const height = fullHeight >> 1;
  const half = new Uint8Array(width * height * 3);
  const stride = fullWidth * 3;
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = row * 2 * stride + column * 6;
      for (let channel = from; channel < from + 3; channel++) {
        half[to++] = (rgb[channel] + rgb[channel + 3] + rgb[channel + stride] + rgb[channel + stride + 3] + 2) >> 2;
      }
    }
  }
  return { width, height, rgb: half };
}

/** Bilinear samples of `region`, [size, size, 3] in [low, 1]; four a pixel where the level is finer than the result. */
export function sampleRegion(pyramid: Pyramid, region: Region, { size, low, outside }: SampleOptions): Float32Array {
  const shrink = Math.max(region.width, region.height) / size; // picture pixels in one of the result
  const depth = Math.min(pyramid.length - 1, Math.max(0, Math.floor(Math.log2(shrink) + 1e-6)));
  const level = pyramid[depth];
  const scale = 2 ** -depth;
  const taps = shrink * scale > 1.01 ? 2 : 1;
  const cosine = Math.cos(region.angle);
  const sine = Math.sin(region.angle);
  const result = new Float32Array(size * size * 3);
  const gain = (1 - low) / (255 * taps * taps);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const to = (row * size + column) * 3;
      for (let tap = 0; tap < taps * taps; tap++) {
        const across = ((column + ((tap % taps) + 0.5) / taps) / size - 0.5) * region.width;
        const down = ((row + (Math.floor(tap / taps) + 0.5) / taps) / size - 0.5) * region.height;
        const x = region.centreX + cosine * across - sine * down;
        const y = region.centreY + sine * across + cosine * down;
        addSample(level, x * scale - 0.5, y * scale - 0.5, outside, result, to);
      }
      for (let channel = to; channel < to + 3; channel++) result[channel] = result[channel] * gain + low;
    }
  }
  return result;
}

/** Adds the bilinear value at (x, y), pixel centres at whole numbers, to result[to .. to + 2]. */
function addSample(level: Pixels, x: number, y: number, outside: 'nearest' | 'black', result: Float32Array, to: number): void {
  const right = level.width - 1;
  const bottom = level.height - 1;
  if (outside === 'black' && (x < -0.5 || y < -0.5 || x > right + 0.5 || y > bottom + 0.5)) return;
  const clampedX = Math.min(right, Math.max(0, x));
  const clampedY = Math.min(bottom, Math.max(0, y));
  const column = Math.floor(clampedX);
  const row = Math.floor(clampedY);
  const fractionX = clampedX - column;
  const fractionY = clampedY - row;
  const stepX = column < right ? 3 : 0;
  const upper = (row * level.width + column) * 3;
  const lower = row < bottom ? upper + level.width * 3 : upper;
  const { rgb } = level;
  for (let channel = 0; channel < 3; channel++) {
    const above = rgb[upper + channel] * (1 - fractionX) + rgb[upper + stepX + channel] * fractionX;
    const below = rgb[lower + channel] * (1 - fractionX) + rgb[lower + stepX + channel] * fractionX;
    result[to + channel] += above * (1 - fractionY) + below * fractionY;
  }
}
