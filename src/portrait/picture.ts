/** A decoded picture, and cutting and resizing it. */
import sharp from 'sharp';
import type { Box, Pixels } from '../face/pixels.ts';

export interface Picture extends Pixels {
  /** [height, width] uint8, 255 opaque; null for a picture without transparency. Already composited in `rgb` unless it was to be kept. */
  readonly alpha: Uint8Array | null;
  /** What to call it in messages: the file name as given. */
  readonly name: string;
  /** What the user should know about how it was read. */
  readonly warnings: readonly string[];
}

/** Copies the pixels of `box` (whole numbers, inside the picture). */
export function cropPicture(picture: Picture, box: Box): Picture {
  if (box.x === 0 && box.y === 0 && box.width === picture.width && box.height === picture.height) return picture;
  const rgb = cropPlane(picture.rgb, picture.width, 3, box);
  const alpha = picture.alpha === null ? null : cropPlane(picture.alpha, picture.width, 1, box);
  return { ...picture, width: box.width, height: box.height, rgb, alpha };
}

/** Resizes to exactly `width` x `height` with Lanczos-3, which averages when it shrinks. */
export async function resizePicture(picture: Picture, width: number, height: number): Promise<Picture> {
  if (width === picture.width && height === picture.height) return picture;
  const rgb = await resizePlane(picture.rgb, picture, 3, width, height);
  const alpha = picture.alpha === null ? null : await resizePlane(picture.alpha, picture, 1, width, height);
  return { ...picture, width, height, rgb, alpha };
}

/** `plane` [height, planeWidth, channels] -> [box.height, box.width, channels]. */
function cropPlane(plane: Uint8Array, planeWidth: number, channels: number, box: Box): Uint8Array {
  const cropped = new Uint8Array(box.width * box.height * channels);
  for (let row = 0; row < box.height; row++) {
    const start = ((box.y + row) * planeWidth + box.x) * channels;
    cropped.set(plane.subarray(start, start + box.width * channels), row * box.width * channels);
  }
  return cropped;
}

async function resizePlane(plane: Uint8Array, size: { width: number; height: number }, channels: 1 | 3, width: number, height: number) {
  const raw = { width: size.width, height: size.height, channels };
  const resized = sharp(plane, { raw, limitInputPixels: false }).resize(width, height, { fit: 'fill', kernel: 'lanczos3' });
  const colourspace = channels === 1 ? 'b-w' : 'srgb'; // else one channel comes back as three
  return new Uint8Array(await resized.toColourspace(colourspace).raw().toBuffer());
}
