/** Step 5: the head's motion as a whole, about a pivot in the neck. */
import { channel } from '../../motion/channels.ts';
import { rotationOf } from '../../rig/algebra.ts';
import { boundMotion, type HeadRoom, measureRoom } from './head-room.ts';
import type { Head } from './head.ts';
import { chinLandmark, leftCheekLandmark, rightCheekLandmark } from '../../rig/landmarks.ts';
import { landmarkAt } from './alignment.ts';

export interface HeadMove {
  /** Pixels x right, y down, z to the viewer */
  pivot: [number, number, number];
  rotation: Float64Array;
  shift: [number, number, number];
  zoom: number;
  faceHeight: number;
  /** Pixels from the pivot to the eye that sees the turn */
  eyeDistance: number;
  room: HeadRoom;
}

/** The viewer's distance in face heights, for motion towards the camera. */
const viewerDistance = 7;
/**
 * The distance in face heights from which a turn is seen: about 0.7 m, a close portrait. Without perspective the nearing cheek does not grow
 * and the leaving one does not shrink, and a turn looks like a smaller one (docs/renderer.md, "How far a turn is seen").
 */
const eyeDistance = 3.6;

/** The pivot: on the neck's axis, about as deep as the ears and just above the chin. `hull` [2 n]: the face's, in a picture of width x height pixels. */
export function buildHeadMove(head: Head, hull: ArrayLike<number>, width: number, height: number): HeadMove {
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
  const [xs, ys] = [0, 1].map((axis) => Array.from(hull).filter((_, i) => i % 2 === axis));
  const box = { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
  const room = measureRoom(box, head.faceWidth, width, height, head.fit.pose);
  return { pivot, rotation: rotationOf(0, 0, 0), shift: [0, 0, 0], zoom: 1, faceHeight: head.faceHeight, eyeDistance: eyeDistance * head.faceHeight, room };
}

/** Takes the head channels of a motion vector [58] into the move. */
export function setHeadMove(move: HeadMove, motion: Float32Array): void {
  const { room } = move;
  const pitch = boundMotion(motion[channel.headPitch], room.pitch);
  const yaw = boundMotion(motion[channel.headYaw], room.yaw);
  rotationOf(pitch, yaw, boundMotion(motion[channel.headRoll], room.roll), move.rotation);
  const towards = Math.min(viewerDistance - 1, motion[channel.headZ]);
  move.zoom = viewerDistance / (viewerDistance - towards);
  move.shift[0] = boundMotion(motion[channel.headX], room.x) * move.faceHeight;
  move.shift[1] = -boundMotion(motion[channel.headY], room.y) * move.faceHeight;
  move.shift[2] = 0;
}

/**
 * Moves the point of the picture (x, y) at depth z rigidly, in perspective: it is taken back along its ray to the eye, moved, and seen again.
 * Without rotation depth makes no difference. Writes to `out[to..to + 2]`.
 */
export function movePoint(move: HeadMove, x: number, y: number, z: number, out: Float32Array | Float64Array, to: number): void {
  const { pivot, rotation: r, shift, zoom, eyeDistance } = move;
  const pz = z - pivot[2];
  const ray = 1 - pz / eyeDistance;
  const px = (x - pivot[0]) * ray;
  const py = (pivot[1] - y) * ray;
  const qz = r[6] * px + r[7] * py + r[8] * pz;
  const size = (zoom * eyeDistance) / (eyeDistance - qz);
  out[to] = pivot[0] + size * (r[0] * px + r[1] * py + r[2] * pz) + shift[0];
  out[to + 1] = pivot[1] - size * (r[3] * px + r[4] * py + r[5] * pz) + shift[1];
  out[to + 2] = pivot[2] + zoom * qz + shift[2];
}

/** Where a point of the moved picture that lies on the plane z = depth came from: inverse of `movePoint` for that plane, [x, y] in `out`. */
export function invertMove(move: HeadMove, x: number, y: number, depth: number, out: Float64Array): void {
  const { pivot, rotation: r, shift, zoom, eyeDistance } = move;
  const pz = depth - pivot[2];
  const ray = 1 - pz / eyeDistance;
  // size · (r0 px + r1 py + r2 pz) = a with size = eyeDistance / (eyeDistance - r6 px - r7 py - r8 pz) is linear in px, py; so is the row of b.
  const a = (x - pivot[0] - shift[0]) / zoom;
  const b = (pivot[1] - y + shift[1]) / zoom;
  const ae = a / eyeDistance;
  const be = b / eyeDistance;
  const ze = 1 - (r[8] * pz) / eyeDistance;
  const m00 = r[0] + ae * r[6];
  const m01 = r[1] + ae * r[7];
  const m10 = r[3] + be * r[6];
  const m11 = r[4] + be * r[7];
  const ca = a * ze - r[2] * pz;
  const cb = b * ze - r[5] * pz;
  const det = (m00 * m11 - m01 * m10) * ray;
  out[0] = pivot[0] + (m11 * ca - m01 * cb) / det;
  out[1] = pivot[1] - (m00 * cb - m10 * ca) / det;
}

/** Where a point of the moved head (x, y) came from whose moved depth z is known: inverse of `movePoint`, [x, y] in `out`. */
export function revertMove(move: HeadMove, x: number, y: number, z: number, out: Float64Array): void {
  const { pivot, rotation: r, shift, zoom, eyeDistance } = move;
  const qz = (z - pivot[2] - shift[2]) / zoom;
  const size = (zoom * eyeDistance) / (eyeDistance - qz);
  const qx = (x - pivot[0] - shift[0]) / size;
  const qy = (pivot[1] - y + shift[1]) / size;
  const ray = 1 - (r[2] * qx + r[5] * qy + r[8] * qz) / eyeDistance;
  out[0] = pivot[0] + (r[0] * qx + r[3] * qy + r[6] * qz) / ray;
  out[1] = pivot[1] - (r[1] * qx + r[4] * qy + r[7] * qz) / ray;
}
