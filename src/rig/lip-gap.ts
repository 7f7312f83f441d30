/** How each coefficient parts the lips. */
import { coefficientCount } from '../motion/channels.ts';
import type { Rig } from './rig.ts';

/** Upper and lower inner lip, three places about the middle; the inner corners. MediaPipe's landmarks, as in training/motion/facepoints.py. */
const pairs = [[82, 87], [13, 14], [312, 317]] as const;
const corners = [78, 308] as const;

/** Change of the gap between the lips per unit of each coefficient, in widths of the mouth at rest: [52]. The rig is linear, so the gap of any motion is their sum. */
export function lipGapRow(rig: Rig): Float32Array {
  const width = Math.abs(at(rig, rig.vertices, 0, corners[1], 0) - at(rig, rig.vertices, 0, corners[0], 0));
  return Float32Array.from({ length: coefficientCount }, (_, shape) =>
    pairs.reduce((sum, [upper, lower]) => sum + at(rig, rig.expressions, shape, upper, 1) - at(rig, rig.expressions, shape, lower, 1), 0) / pairs.length / width);
}

/** Coordinate `axis` of a landmark in row `row` of `values` [rows, V, 3]. */
function at(rig: Rig, values: Float32Array, row: number, landmark: number, axis: number): number {
  let sum = 0;
  for (let corner = 0; corner < 3; corner++) {
    const vertex = rig.landmarkTriangles[3 * landmark + corner];
    sum += rig.landmarkWeights[3 * landmark + corner] * values[(row * rig.vertexCount + vertex) * 3 + axis];
  }
  return sum;
}
