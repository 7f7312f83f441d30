/** Finds faces of every size: both detectors on the whole picture, then the far one on ever finer overlapping tiles. */
import type { RunNetwork } from '../tensor/tensor.ts';
import { farDetector, nearDetector } from './anchors.ts';
import { detectInRegion, type FaceBox } from './detect.ts';
import { mergeFaces } from './merge.ts';
import type { Pixels } from './pixels.ts';
import { buildPyramid, type Pyramid, type Region } from './pyramid.ts';

export interface FaceDetectors {
  readonly near: RunNetwork;
  readonly far: RunNetwork;
}

export interface FindFacesOptions {
  /** Least score, 0..1. Default 0.5, MediaPipe's for the near detector. */
  minScore?: number;
  /** The picture's pyramid, where it is built already. */
  pyramid?: Pyramid;
}

/** Faces smaller than this (pixels) need not be found: they are too small to animate. */
const smallestFacePixels = 48;
/** The far detector finds faces down to this share of the side of what it sees (measured: all of 12 at 0.06, 11 at 0.05). */
const smallestFaceShare = 0.06;
/** Each level's tiles are at most this many times smaller than the last: what is just too small there fills 0.18 of them. */
const mostShrink = 3;
/** Tiles overlap by this share of their side, so that a face of up to it lies whole in one. */
const tileOverlap = 0.22;
/** Faces this many times smaller than the largest are bystanders: tiles that would only find such are left out. */
const bystanderRatio = 6;

/** All faces, left to right. Boxes in picture pixels, may reach over the picture's edge. */
export async function findFaces(picture: Pixels, detectors: FaceDetectors, options: FindFacesOptions = {}): Promise<FaceBox[]> {
  const minScore = options.minScore ?? 0.5;
  const pyramid = options.pyramid ?? buildPyramid(picture);
  const whole = wholeRegion(picture);
  let faces = [
    ...(await detectInRegion(pyramid, whole, nearDetector, detectors.near, minScore)),
    ...(await detectInRegion(pyramid, whole, farDetector, detectors.far, minScore)),
  ];
  for (const side of tileSides(whole.width)) {
    const found = [...faces];
    const largest = found.reduce((size, face) => Math.max(size, face.width), 0);
    if (side.before * smallestFaceShare < largest / bystanderRatio) break;
    for (const tile of tilesOf(picture, side.own)) {
      const inTile = await detectInRegion(pyramid, tile, farDetector, detectors.far, minScore);
      found.push(...inTile.filter((face) => isWholeInTile(face, tile, picture)));
    }
    faces = mergeFaces(found);
  }
  return mergeFaces(faces).sort((a, b) => a.x + a.width / 2 - (b.x + b.width / 2));
}

/** Sides of tiles, ever finer, down to where faces of `smallestFacePixels` are found; `before` is the one above. */
function tileSides(whole: number): { own: number; before: number }[] {
  const finest = smallestFacePixels / smallestFaceShare;
  const levels = Math.ceil(Math.log(whole / finest) / Math.log(mostShrink));
  if (levels < 1) return [];
  const ratio = (whole / finest) ** (1 / levels);
  return Array.from({ length: levels }, (_, index) => ({ own: whole / ratio ** (index + 1), before: whole / ratio ** index }));
}

/** The square around the whole picture: letterboxed, as the detectors were trained. */
function wholeRegion({ width, height }: Pixels): Region {
  const side = Math.max(width, height);
  return { centreX: width / 2, centreY: height / 2, width: side, height: side, angle: 0 };
}

function tilesOf(picture: Pixels, side: number): Region[] {
  const columns = tileCentres(picture.width, side);
  const rows = tileCentres(picture.height, side);
  return rows.flatMap((centreY) => columns.map((centreX) => ({ centreX, centreY, width: side, height: side, angle: 0 })));
}

/** Evenly spread centres of tiles of `side` along `length` pixels, one in the middle where the tile is longer. */
function tileCentres(length: number, side: number): number[] {
  if (side >= length) return [length / 2];
  const count = Math.ceil((length - side) / (side * (1 - tileOverlap))) + 1;
  return Array.from({ length: count }, (_, index) => side / 2 + ((length - side) * index) / (count - 1));
}

/** False for a box cut by the edge of its tile (not by that of the picture) or too large to be judged there. */
function isWholeInTile(face: FaceBox, tile: Region, picture: Pixels): boolean {
  const [left, top] = [tile.centreX - tile.width / 2, tile.centreY - tile.height / 2];
  const [right, bottom] = [left + tile.width, top + tile.height];
  return (
    face.width < tile.width * 0.5 &&
    (face.x > left || left <= 0) &&
    (face.y > top || top <= 0) &&
    (face.x + face.width < right || right >= picture.width) &&
    (face.y + face.height < bottom || bottom >= picture.height)
  );
}
