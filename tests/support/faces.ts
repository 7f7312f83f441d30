/** The shipped face networks, and pictures with faces in known places. */
import sharp from 'sharp';
import type { FaceNetworks } from '../../src/portrait/choose.ts';
import { loadPicture } from '../../src/portrait/load.ts';
import type { Picture } from '../../src/portrait/picture.ts';
import { portrait } from './pictures.ts';
import { openRun } from './run-network.ts';

const model = new URL('../../models/default/', import.meta.url).pathname;

export async function openFaceNetworks(): Promise<FaceNetworks> {
  const [near, far, mesh] = await Promise.all(['face-detector-near', 'face-detector-far', 'face-mesh'].map((name) => openRun(`${model}${name}.onnx`)));
  return { near, far, mesh };
}

/** The portrait drawn at `width` pixels, its left upper corner at (left, top), on a plain canvas. */
export async function pastePortrait(canvas: { width: number; height: number }, places: readonly { left: number; top: number; width: number }[]): Promise<Picture> {
  const parts = await Promise.all(
    places.map(async ({ left, top, width }) => ({ input: await sharp(portrait).resize(width).toBuffer(), left, top })),
  );
  const image = sharp({ create: { ...canvas, channels: 3, background: '#7d8a76' } }).composite(parts);
  return loadPicture(await image.png({ compressionLevel: 1 }).toBuffer(), { name: 'canvas.png' });
}
