/** Where the person is: MediaPipe's selfie segmentation on the part of the picture around the face. */
import type { Box } from '../face/pixels.ts';
import { buildPyramid, sampleRegion } from '../face/pyramid.ts';
import { type RunNetwork, tensor } from '../tensor/tensor.ts';
import type { Picture } from './picture.ts';

export interface PersonMask {
  /** [height, width] in 0..1, 1 person: `region` squeezed to a square. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** What it covers, picture pixels: the whole picture, or a square around a small face. */
  readonly region: Box;
}

const maskSize = 256;
/** The net was trained on people at arm's length: what it sees is at most this many times the face's size. */
const mostFaces = 5;
/** Of the region's height, how far down the middle of the face lies: the body below matters more than the air above. */
const faceCentreDown = 0.36;

/** `face`: the landmarks' bounds in picture pixels; without it the whole picture is looked at. */
export async function maskPerson(picture: Picture, network: RunNetwork, face?: Box): Promise<PersonMask> {
  const region = chooseRegion(picture, face);
  const pixels = sampleRegion(
    buildPyramid(picture),
    { centreX: region.x + region.width / 2, centreY: region.y + region.height / 2, width: region.width, height: region.height, angle: 0 },
    { size: maskSize, low: 0, outside: 'nearest' },
  );
  const { mask } = await network({ image: tensor(pixels, [1, maskSize, maskSize, 3]) });
  return { data: mask.data, width: maskSize, height: maskSize, region };
}

function chooseRegion(picture: Picture, face: Box | undefined): Box {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  if (face === undefined) return whole;
  const side = Math.round(Math.max(face.width, face.height) * mostFaces);
  const width = Math.min(picture.width, side);
  const height = Math.min(picture.height, side);
  const x = face.x + face.width / 2 - width / 2;
  const y = face.y + face.height / 2 - height * faceCentreDown;
  return {
    x: Math.min(picture.width - width, Math.max(0, Math.round(x))),
    y: Math.min(picture.height - height, Math.max(0, Math.round(y))),
    width,
    height,
  };
}

/**
 * The mask at the size of the picture it was made from, [height, width] in 0..1, bilinear. Outside its region: 0 above and beside
 * it (other people there stay still), its last row continued below (the body goes on).
 */
export function expandMask(mask: PersonMask, picture: { width: number; height: number }): Float32Array {
  const { region } = mask;
  const expanded = new Float32Array(picture.width * picture.height);
  const stepX = mask.width / region.width;
  const stepY = mask.height / region.height;
  for (let row = Math.max(0, region.y); row < picture.height; row++) {
    const y = Math.min(mask.height - 1, Math.max(0, (row + 0.5 - region.y) * stepY - 0.5));
    const upper = Math.floor(y) * mask.width;
    const lower = Math.min(mask.height - 1, Math.floor(y) + 1) * mask.width;
    for (let column = region.x; column < region.x + region.width; column++) {
      const x = Math.min(mask.width - 1, Math.max(0, (column + 0.5 - region.x) * stepX - 0.5));
      const left = Math.floor(x);
      const right = Math.min(mask.width - 1, left + 1);
      const above = mask.data[upper + left] * (left + 1 - x) + mask.data[upper + right] * (x - left);
      const below = mask.data[lower + left] * (left + 1 - x) + mask.data[lower + right] * (x - left);
      expanded[row * picture.width + column] = above + (below - above) * (y - Math.floor(y));
    }
  }
  return expanded;
}
