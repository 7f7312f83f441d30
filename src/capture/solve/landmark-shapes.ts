/** The rig seen through MediaPipe's landmarks: where each lies on it, and how identities and expressions move it. */
import { coefficientCount } from '../../motion/channels.ts';
import { chinLandmark, leftCheekLandmark, rightCheekLandmark } from '../../rig/landmarks.ts';
import { identityCount, landmarkCount, type Rig } from '../../rig/rig.ts';

/** Numbers of one field of landmarks: [478, 3]. */
export const fieldLength = landmarkCount * 3;

/** All fields [478, 3], decimetres, head frame (x to the image's right, y up, z to the viewer). */
export interface LandmarkShapes {
  /** Neutral head */
  base: Float64Array;
  /** [40] fields, change by one standard deviation */
  identities: Float64Array[];
  /** [52] fields, change by a coefficient of 1 */
  expressions: Float64Array[];
}

export function landmarkShapes(rig: Rig): LandmarkShapes {
  const stride = rig.vertexCount * 3;
  return {
    base: landmarkField(rig, rig.vertices, 0),
    identities: Array.from({ length: identityCount }, (_, k) => landmarkField(rig, rig.identities, k * stride)),
    expressions: Array.from({ length: coefficientCount }, (_, k) => landmarkField(rig, rig.expressions, k * stride)),
  };
}

/** [478, 3] of vertex values [V, 3] that begin at `start`. */
function landmarkField({ landmarkTriangles, landmarkWeights }: Rig, values: Float32Array, start: number): Float64Array {
  const out = new Float64Array(fieldLength);
  for (let i = 0; i < fieldLength; i++) {
    // i runs over landmarks and the corners of their triangles alike: three of each
    const landmark = Math.floor(i / 3);
    for (let axis = 0; axis < 3; axis++) out[landmark * 3 + axis] += landmarkWeights[i] * values[start + landmarkTriangles[i] * 3 + axis];
  }
  return out;
}

/** base + Σ weights · fields, [478, 3] in `out`. */
export function addFields(base: Float64Array, fields: readonly Float64Array[], weights: ArrayLike<number>, out: Float64Array): Float64Array {
  out.set(base);
  for (let k = 0; k < fields.length; k++) {
    const weight = weights[k];
    if (weight === 0) continue;
    const field = fields[k];
    for (let i = 0; i < fieldLength; i++) out[i] += weight * field[i];
  }
  return out;
}

/** Where the head turns: on the neck's axis, as deep as the ears and just above the chin; the renderer's pivot (render/rig/pose.ts) on a face seen from the front. */
export function neckPivot(shape: Float64Array): [number, number, number] {
  const middle = (axis: number): number => (shape[rightCheekLandmark * 3 + axis] + shape[leftCheekLandmark * 3 + axis]) / 2;
  const y = middle(1);
  return [middle(0), y + 0.8 * (shape[chinLandmark * 3 + 1] - y), middle(2) - 0.3];
}
