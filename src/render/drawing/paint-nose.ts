/** A nose that turns covers skin behind it. Its edge is drawn at several samples a pixel: at one it would be a row of specks. */
import { channel } from '../../motion/channels.ts';
import { buildOpening, drawOpening, type Opening, skinColour } from './opening.ts';
import type { Scene } from '../scene.ts';
import { byteOf, type Canvas } from './surface.ts';

export interface NosePainter {
  opening: Opening;
  skin: Float64Array;
}

/** Tip, wings and base. */
const noseLandmarks = [1, 2, 4, 19, 94, 64, 294, 97, 98, 129, 326, 327, 358, 195] as const;
/** Less turned than this (degrees of pitch and yaw together) a nose covers nothing. */
const leastTurn = 2;
/** Samples a pixel and axis: its edge is soft in most pictures. */
const samples = 2;

export function buildNosePainter(scene: Scene): NosePainter {
  const { rig, faceWidth } = scene.head;
  const chain = Uint32Array.from(noseLandmarks, (i) => rig.landmarkTriangles[i * 3]);
  // Its two margins are one: there is no hole between them.
  const opening = buildOpening(scene, chain, chain, [chain], 0.03 * faceWidth);
  opening.samples = samples;
  return { opening, skin: new Float64Array(3) };
}

/** Draws again the pixels where skin covers skin, into `out` [height, width, 3]. motion [58] */
export function paintNose({ opening, skin }: NosePainter, canvas: Canvas, motion: Float32Array, out: Uint8Array): void {
  if (Math.abs(motion[channel.headPitch]) + Math.abs(motion[channel.headYaw]) < leastTurn) return;
  if (!drawOpening(opening, canvas.width, canvas.height, 0)) return;
  const w = opening.x1 - opening.x0;
  const h = opening.y1 - opening.y0;
  for (let pixel = 0; pixel < w * h; pixel++) {
    const to = ((opening.y0 + Math.floor(pixel / w)) * canvas.width + opening.x0 + (pixel % w)) * 3;
    if (!opening.torn[pixel] || skinColour(opening, pixel, out, to, canvas.texture, canvas.sample, skin) < 0) continue;
    out[to] = byteOf(skin[0]);
    out[to + 1] = byteOf(skin[1]);
    out[to + 2] = byteOf(skin[2]);
  }
}
