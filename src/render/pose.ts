/** Step 5: the head's motion as a whole, about a pivot in the neck. */
import { channel } from '../motion/channels.ts';
import { rotationOf } from './algebra.ts';
import type { Head } from './head.ts';
import { chinLandmark, leftCheekLandmark, rightCheekLandmark } from './landmarks.ts';
import { landmarkAt } from './alignment.ts';

export interface HeadMove {
  /** Pixels x right, y down, z to the viewer */
  pivot: [number, number, number];
  rotation: Float64Array;
  shift: [number, number, number];
  zoom: number;
  faceHeight: number;
}

/** The viewer's distance in face heights, for motion towards the camera. */
const viewerDistance = 7;

/** The pivot: on the neck's axis, about as deep as the ears and just above the chin. */
export function buildHeadMove(head: Head): HeadMove {
  const point = new Float64Array(3);
  const at = (i: number): number[] => Array.from(landmarkAt(head.rig, head.neutral, i, point));
  const chin = at(chinLandmark);
  const cheeks = [at(rightCheekLandmark), at(leftCheekLandmark)];
  const middle = [0, 1, 2].map((axis) => (cheeks[0][axis] + cheeks[1][axis]) / 2);
  const pivot: [number, number, number] = [0, 0, 0];
  for (let axis = 0; axis < 2; axis++) pivot[axis] = middle[axis] + (chin[axis] - middle[axis]) * 0.8;
  // The chin juts forward of the neck: come back under the cheeks along the depth axis.
  const back = (middle[2] - chin[2]) * 0.8;
  const [dx, dy] = [head.fit.rotation[2] * head.scale, -head.fit.rotation[5] * head.scale];
  pivot[0] += (dx * back * 0.8) / head.scale;
  pivot[1] += (dy * back * 0.8) / head.scale;
  pivot[2] = middle[2] - 0.3 * head.scale;
  return { pivot, rotation: rotationOf(0, 0, 0), shift: [0, 0, 0], zoom: 1, faceHeight: head.faceHeight };
}

/** Takes the head channels of a motion vector [58] into the move. */
export function setHeadMove(move: HeadMove, motion: Float32Array): void {
  rotationOf(motion[channel.headPitch], motion[channel.headYaw], motion[channel.headRoll], move.rotation);
  const towards = Math.min(viewerDistance - 1, motion[channel.headZ]);
  move.zoom = viewerDistance / (viewerDistance - towards);
  move.shift[0] = motion[channel.headX] * move.faceHeight;
  move.shift[1] = -motion[channel.headY] * move.faceHeight;
  move.shift[2] = 0;
}

/** Moves the point at `from[i..i + 2]` plus `added[j..j + 2]` rigidly; writes to `out[i..i + 2]`. */
export function movePoint(move: HeadMove, x: number, y: number, z: number, out: Float32Array | Float64Array, to: number): void {
  const { pivot, rotation: r, shift, zoom } = move;
  const px = x - pivot[0];
  const py = pivot[1] - y;
  const pz = z - pivot[2];
  out[to] = pivot[0] + zoom * (r[0] * px + r[1] * py + r[2] * pz) + shift[0];
  out[to + 1] = pivot[1] - zoom * (r[3] * px + r[4] * py + r[5] * pz) + shift[1];
  out[to + 2] = pivot[2] + zoom * (r[6] * px + r[7] * py + r[8] * pz) + shift[2];
}

/** Where a point of the moved picture that lies on the plane z = depth came from: inverse of `movePoint` for that plane, [x, y] in `out`. */
export function invertMove(move: HeadMove, x: number, y: number, depth: number, out: Float64Array): void {
  const { pivot, rotation: r, shift, zoom } = move;
  const pz = depth - pivot[2];
  const ax = (x - pivot[0] - shift[0]) / zoom - r[2] * pz;
  const ay = (pivot[1] - y + shift[1]) / zoom - r[5] * pz;
  const det = r[0] * r[4] - r[1] * r[3];
  out[0] = pivot[0] + (r[4] * ax - r[1] * ay) / det;
  out[1] = pivot[1] - (r[0] * ay - r[3] * ax) / det;
}
