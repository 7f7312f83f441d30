/** What a face does beyond the movement of its head: landmarks taken back into the head's frame and compared with the neutral face. */
import { ovalLandmarks } from '../../rig/landmarks.ts';
import type { HeadPose } from './head-pose.ts';
import { fieldLength, type LandmarkShapes } from './landmark-shapes.ts';

/** Numbers of one field of residuals: [478, 2]. */
export const residualLength = (fieldLength / 3) * 2;

/** A landmark that typical expressions (coefficients of 0.3 each) move by so much, decimetres, counts half for the head's pose. */
const loose = 0.05;
const typicalCoefficient = 0.3;
/** The face's outline slides along the head as it turns. */
const ovalTrust = 0.2;
const fittedLandmarks = 468; // the irises follow the gaze, not the head

/** [478] how far each landmark tells the pose of the head: those that expressions leave alone. */
export function poseWeights({ expressions }: LandmarkShapes): Float64Array {
  const weights = new Float64Array(fieldLength / 3);
  for (let i = 0; i < fittedLandmarks; i++) {
    let moved = 0;
    for (const field of expressions) for (let axis = 0; axis < 3; axis++) moved += (typicalCoefficient * field[i * 3 + axis]) ** 2;
    weights[i] = 1 / (1 + moved / (loose * loose)) ** 2;
  }
  for (const i of ovalLandmarks) weights[i] *= ovalTrust;
  return weights;
}

/**
 * Residuals [478, 2] in `out`, decimetres in the head frame (x, y): how far landmarks [478, 3] (pixels, y down) lie from `shape` [478, 3] (decimetres from the pivot)
 * under `pose`. What lies along the line of sight cannot be seen: displacements are taken to lie in the head's own x-y plane.
 */
export function measureResiduals(pose: HeadPose, distance: number, shape: Float64Array, landmarks: ArrayLike<number>, out: Float64Array): void {
  const { rotation: r, scale, x, y } = pose;
  // The 2 x 2 part of the rotation that takes the head's x and y to the picture's; turned heads lose cos(yaw) cos(pitch) of it.
  const det = r[0] * r[4] - r[1] * r[3];
  const safe = Math.abs(det) < 0.3 ? 0.3 * Math.sign(det || 1) : det;
  for (let i = 0; i < fieldLength / 3; i++) {
    const at = i * 3;
    const px = r[0] * shape[at] + r[1] * shape[at + 1] + r[2] * shape[at + 2];
    const py = r[3] * shape[at] + r[4] * shape[at + 1] + r[5] * shape[at + 2];
    const pz = r[6] * shape[at] + r[7] * shape[at + 1] + r[8] * shape[at + 2];
    const ray = 1 - pz / distance;
    const ex = ((landmarks[at] - x) / scale) * ray - px;
    const ey = ((y - landmarks[at + 1]) / scale) * ray - py;
    out[i * 2] = (r[4] * ex - r[1] * ey) / safe;
    out[i * 2 + 1] = (r[0] * ey - r[3] * ex) / safe;
  }
}
