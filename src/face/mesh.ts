/** Lays MediaPipe's face mesh on a face: 478 landmarks with refined lips, lids and irises. */
import { type RunNetwork, type Tensor, tensor } from '../tensor/tensor.ts';
import type { FaceBox } from './detect.ts';
import { boundsOf, type Pixels } from './pixels.ts';
import { buildPyramid, type Pyramid, type Region, sampleRegion } from './pyramid.ts';
import { leftEyeIndices, leftIrisStart, lidMarginCount, lipIndices, rightEyeIndices, rightIrisStart } from './refinement.ts';

export const landmarkCount = 478;
const meshCount = 468;

export interface FaceMesh {
  /** [478, 3] x, y in picture pixels (the first pixel's centre is 0.5); z in the same unit, smaller is nearer. */
  readonly landmarks: Float32Array;
  /** Probability that the crop shows a face, 0..1. */
  readonly flag: number;
}

const inputSize = 192;
const cropScale = 1.5; // crop side / face box side, as in MediaPipe's graphs
/** The first crop comes from the detector's box, the others from the landmarks before: after two, points move by under 0.1 px. */
const passes = 3;
const rightEyeOuterCorner = 33;
const leftEyeOuterCorner = 263;

export interface MeshFaceOptions {
  /** The picture's pyramid, where it is built already. */
  pyramid?: Pyramid;
}

export async function meshFace(picture: Pixels, face: FaceBox, { mesh }: { mesh: RunNetwork }, options: MeshFaceOptions = {}): Promise<FaceMesh> {
  const pyramid = options.pyramid ?? buildPyramid(picture);
  const [rightX, rightY, leftX, leftY] = face.keypoints;
  let region = squareRegion(face.x, face.y, face.x + face.width, face.y + face.height, Math.atan2(leftY - rightY, leftX - rightX));
  let result = await meshRegion(pyramid, region, mesh);
  for (let pass = 1; pass < passes && result.flag > 0.5; pass++) {
    region = regionOfLandmarks(result.landmarks);
    result = await meshRegion(pyramid, region, mesh);
  }
  return result;
}

/** The square about a box given by its edges, 1.5 times its longer side, turned by `angle`. */
function squareRegion(left: number, top: number, right: number, bottom: number, angle: number): Region {
  const side = Math.max(right - left, bottom - top) * cropScale;
  return { centreX: (left + right) / 2, centreY: (top + bottom) / 2, width: side, height: side, angle };
}

/** Where MediaPipe looks next: around all landmarks, the line between the outer eye corners level. */
function regionOfLandmarks(landmarks: Float32Array): Region {
  const { x, y, width, height } = boundsOf(landmarks);
  const acrossX = landmarks[leftEyeOuterCorner * 3] - landmarks[rightEyeOuterCorner * 3];
  const acrossY = landmarks[leftEyeOuterCorner * 3 + 1] - landmarks[rightEyeOuterCorner * 3 + 1];
  return squareRegion(x, y, x + width, y + height, Math.atan2(acrossY, acrossX));
}

async function meshRegion(pyramid: Pyramid, region: Region, mesh: RunNetwork): Promise<FaceMesh> {
  const pixels = sampleRegion(pyramid, region, { size: inputSize, low: 0, outside: 'nearest' });
  const outputs = await mesh({ image: tensor(pixels, [1, inputSize, inputSize, 3]) });
  const landmarks = mergeRefined(outputs);
  toPicture(landmarks, region);
  return { landmarks, flag: 1 / (1 + Math.exp(-outputs['face_flag'].data[0])) };
}

/** Mesh [468, 3] with the refined x and y of lips, eyes and irises in their places -> [478, 3], pixels of the crop. */
function mergeRefined(outputs: Record<string, Tensor>): Float32Array {
  const landmarks = new Float32Array(landmarkCount * 3);
  landmarks.set(outputs['mesh'].data.subarray(0, meshCount * 3));
  const place = (points: Float32Array, indexOf: (k: number) => number): void => {
    for (let k = 0; k < points.length / 2; k++) {
      landmarks[indexOf(k) * 3] = points[k * 2];
      landmarks[indexOf(k) * 3 + 1] = points[k * 2 + 1];
    }
  };
  place(outputs['lips'].data, (k) => lipIndices[k]);
  place(outputs['left_eye'].data, (k) => leftEyeIndices[k]);
  place(outputs['right_eye'].data, (k) => rightEyeIndices[k]);
  place(outputs['left_iris'].data, (k) => leftIrisStart + k);
  place(outputs['right_iris'].data, (k) => rightIrisStart + k);
  for (const [start, eye] of [[leftIrisStart, leftEyeIndices] as const, [rightIrisStart, rightEyeIndices] as const]) {
    let depth = 0;
    for (let k = 0; k < lidMarginCount; k++) depth += landmarks[eye[k] * 3 + 2] / lidMarginCount;
    for (let k = 0; k < 5; k++) landmarks[(start + k) * 3 + 2] = depth;
  }
  return landmarks;
}

/** Pixels of the crop -> pixels of the picture, in place; z is scaled like x. */
function toPicture(landmarks: Float32Array, region: Region): void {
  const scale = region.width / inputSize;
  const cosine = Math.cos(region.angle) * scale;
  const sine = Math.sin(region.angle) * scale;
  for (let at = 0; at < landmarks.length; at += 3) {
    const across = landmarks[at] - inputSize / 2;
    const down = landmarks[at + 1] - inputSize / 2;
    landmarks[at] = region.centreX + cosine * across - sine * down;
    landmarks[at + 1] = region.centreY + sine * across + cosine * down;
    landmarks[at + 2] *= scale;
  }
}
