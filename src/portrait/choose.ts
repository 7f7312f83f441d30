/** Chooses the face that will speak and says what may look wrong with it. */
import { AnimateError } from '../errors.ts';
import type { FaceBox } from '../face/detect.ts';
import { type FaceDetectors, findFaces } from '../face/find.ts';
import { mergeFaces } from '../face/merge.ts';
import { meshFace } from '../face/mesh.ts';
import { type Box, boundsOf } from '../face/pixels.ts';
import { estimateRoll, estimateYaw, measureMouthGap } from '../face/pose.ts';
import { buildPyramid, type Pyramid } from '../face/pyramid.ts';
import type { RunNetwork } from '../tensor/tensor.ts';
import type { Picture } from './picture.ts';
import { turnUpsideDown } from './turn.ts';

export interface FaceNetworks extends FaceDetectors {
  readonly mesh: RunNetwork;
}

export interface PortraitFace {
  /** The detector's box, picture pixels. */
  readonly box: FaceBox;
  /** [478, 3] x, y in picture pixels; z in the same unit, smaller is nearer. */
  readonly landmarks: Float32Array;
  /** The landmarks' own box: forehead to chin, ear to ear. */
  readonly bounds: Box;
  /** Longer side of `bounds`, pixels. */
  readonly size: number;
  /** Degrees; positive looks to the image's right. */
  readonly yaw: number;
  /** Probability that this is a face, 0..1. */
  readonly flag: number;
}

export interface Portrait {
  readonly face: PortraitFace;
  /** Its place among all faces, 1 the leftmost. */
  readonly number: number;
  /** All faces, left to right. */
  readonly faces: readonly PortraitFace[];
  readonly warnings: readonly string[];
}

export interface ChoosePortraitOptions {
  /** Which face, 1 the leftmost. Default the largest. */
  face?: number | undefined;
}

const smallestFacePixels = 48;
const smallFacePixels = 128;
const turnedDegrees = 25;
/** The lips of closed mouths lie within 0.03 (portraits of the training set); from here on teeth or a dark gap show. */
const openMouthGap = 0.12;
const lyingDegrees = 45;
const minFlag = 0.5;
/** Scores of upright portraits lie above 0.75, of upside-down ones about 0.55. */
const sureScore = 0.7;
const muchSurer = 0.2;
/** Detector scores tried: MediaPipe's own, then one that finds drawings and statues too; the mesh's face flag weeds them. */
const minScores = [0.5, 0.25];
const mostFaces = 60;

export async function choosePortrait(picture: Picture, networks: FaceNetworks, options: ChoosePortraitOptions = {}): Promise<Portrait> {
  const faces = await findPortraitFaces(picture, networks);
  if (faces.length === 0) throw noFaceError(picture);
  const face = pickFace(picture, faces, options.face);
  if (face.size < smallestFacePixels) {
    const message = `${picture.name}: the face is ${Math.round(face.size)} pixels large, expected at least ${smallestFacePixels}`;
    throw new AnimateError('no-face', message, { hint: 'use a larger picture, or one taken from nearer; 256 pixels and more look best' });
  }
  const number = faces.indexOf(face) + 1;
  const warnings = collectWarnings(picture, faces, face, number, options.face !== undefined);
  if (await isUpsideDown(picture, networks, face.box.score)) {
    warnings.push(`${picture.name}: the picture seems to be upside down. Turn it and try again`);
  }
  return { face, number, faces, warnings };
}

/** All faces that the mesh confirms, left to right. */
async function findPortraitFaces(picture: Picture, networks: FaceNetworks): Promise<PortraitFace[]> {
  const pyramid = buildPyramid(picture);
  for (const minScore of minScores) {
    const boxes = await findFaces(picture, networks, { minScore, pyramid });
    const faces = await meshFaces(picture, boxes, networks, pyramid);
    const usable = faces.filter((face) => face.size >= smallestFacePixels);
    if (faces.length > 0) return usable.length > 0 ? usable : faces; // too small ones count only where there is nothing else
  }
  return [];
}

async function meshFaces(picture: Picture, boxes: readonly FaceBox[], networks: FaceNetworks, pyramid: Pyramid): Promise<PortraitFace[]> {
  const largestFirst = [...boxes].sort((a, b) => b.width - a.width).slice(0, mostFaces);
  const faces: PortraitFace[] = [];
  for (const box of largestFirst) {
    const { landmarks, flag } = await meshFace(picture, box, networks, { pyramid });
    if (flag < minFlag) continue;
    const bounds = boundsOf(landmarks);
    faces.push({ box, landmarks, bounds, size: Math.max(bounds.width, bounds.height), yaw: estimateYaw(landmarks), flag });
  }
  // Two boxes can lead the mesh to the same face: one is kept.
  const kept = mergeFaces(faces.map(({ box, bounds, flag }) => ({ ...box, ...bounds, score: flag * box.score })));
  const distinct = kept.map((merged) => nearestFace(faces, merged));
  return [...new Set(distinct)].sort((a, b) => centreX(a) - centreX(b));
}

function nearestFace(faces: readonly PortraitFace[], { x, y, width, height }: Box): PortraitFace {
  const distanceTo = ({ bounds }: PortraitFace): number =>
    Math.hypot(bounds.x + bounds.width / 2 - x - width / 2, bounds.y + bounds.height / 2 - y - height / 2);
  return faces.reduce((best, face) => (distanceTo(face) < distanceTo(best) ? face : best));
}

function pickFace(picture: Picture, faces: readonly PortraitFace[], number: number | undefined): PortraitFace {
  if (number === undefined) return faces.reduce((largest, face) => (face.size > largest.size ? face : largest));
  const face = faces[number - 1];
  if (face !== undefined) return face;
  const found = faces.length === 1 ? 'one face' : `${faces.length} faces`;
  const message = `face: expected a number from 1 to ${faces.length} (${picture.name} has ${found}), got ${number}`;
  throw new AnimateError('bad-option', message, { hint: 'faces are counted from left to right; without the option the largest is taken' });
}

function collectWarnings(picture: Picture, faces: readonly PortraitFace[], face: PortraitFace, number: number, isChosen: boolean): string[] {
  const warnings: string[] = [];
  if (faces.length > 1 && !isChosen) {
    const others = `choose another with --face 1 to ${faces.length}, counted from left to right`;
    warnings.push(`${picture.name}: ${faces.length} faces found; number ${number}, the largest, speaks. To change: ${others}`);
  }
  if (face.size < smallFacePixels) {
    const size = `the face is ${Math.round(face.size)} pixels large`;
    warnings.push(`${picture.name}: ${size}; the mouth will look coarse. Use a larger picture (256 pixels and more look best)`);
  }
  if (Math.abs(face.yaw) > turnedDegrees) {
    const turn = `the head is turned ${Math.round(Math.abs(face.yaw))} degrees to the side`;
    warnings.push(`${picture.name}: ${turn}; above ${turnedDegrees} the far cheek and lips smear. Use a picture that faces the camera`);
  }
  if (Math.abs(estimateRoll(face.landmarks)) > lyingDegrees) {
    warnings.push(`${picture.name}: the head lies on its side. Turn the picture so that it stands upright`);
  }
  if (measureMouthGap(face.landmarks) > openMouthGap) {
    warnings.push(`${picture.name}: the mouth is open; closed lips cannot be seen in it. A picture with closed lips works best`);
  }
  return warnings;
}

function noFaceError(picture: Picture): AnimateError {
  const message = `${picture.name}: expected a face, found none in ${picture.width}x${picture.height} pixels`;
  const hint = 'use a picture where both eyes and the mouth of a person are visible, turned to the camera, at least 48 pixels large';
  return new AnimateError('no-face', message, { hint });
}

/** The mesh lays itself upright even on an upside-down face; but then the detector is far surer of the turned picture. */
async function isUpsideDown(picture: Picture, networks: FaceNetworks, score: number): Promise<boolean> {
  if (score > sureScore) return false;
  const turned = await findFaces(turnUpsideDown(picture), networks);
  return turned.some((face) => face.score > score + muchSurer);
}

function centreX({ bounds }: PortraitFace): number {
  return bounds.x + bounds.width / 2;
}
