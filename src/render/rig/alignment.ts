/** Step 4: what the fit left over at the landmarks, spread over the mesh so that every landmark lies exactly where the picture has it. */
import { coefficientNames } from '../../motion/channels.ts';
import { factorCholesky, solveCholesky, substituteCholesky } from '../../rig/algebra.ts';
import type { HeadFit } from '../../rig/fit.ts';
import { ovalLandmarks } from '../../rig/landmarks.ts';
import type { Rig } from '../../rig/rig.ts';

const centreCount = 468;
/** Opens the template's mouth so far that the lips are far apart, and each gets a correction of its own. */
const templateJaw = 0.35;
/** Smoothing on the diagonal, in the kernel's unit (decimetres): the outline slides on the head, so it is followed less. */
const smoothing = 0.002;
const ovalSmoothing = 0.03;
/** Many times the head's size, decimetres. */
const kernelConstant = 40;

/** The neutral rig with its mouth open, [V, 3]: the domain in which upper and lower lip are far apart. */
export function openTemplate(rig: Rig): Float32Array {
  const start = coefficientNames.indexOf('jawOpen') * rig.vertexCount * 3;
  return Float32Array.from(rig.vertices, (value, i) => value + templateJaw * rig.expressions[start + i]);
}

/** The position of landmark i on a field [V, 3] of the rig. */
export function landmarkAt(rig: Rig, field: ArrayLike<number>, i: number, out: Float64Array): Float64Array {
  out.fill(0);
  for (let corner = 0; corner < 3; corner++) {
    const vertex = rig.landmarkTriangles[i * 3 + corner] * 3;
    const weight = rig.landmarkWeights[i * 3 + corner];
    for (let axis = 0; axis < 3; axis++) out[axis] += weight * field[vertex + axis];
  }
  return out;
}

/** Rig positions [V, 3] (decimetres) -> camera pixels [V, 3], x right, y down, z to the viewer. */
export function projectToPicture(shape: Float32Array, { rotation: r, scale, translation }: HeadFit): Float32Array {
  const out = new Float32Array(shape.length);
  for (let i = 0; i < shape.length; i += 3) {
    const x = shape[i];
    const y = shape[i + 1];
    const z = shape[i + 2];
    out[i] = scale * (r[0] * x + r[1] * y + r[2] * z) + translation[0];
    out[i + 1] = -(scale * (r[3] * x + r[4] * y + r[5] * z) + translation[1]);
    out[i + 2] = scale * (r[6] * x + r[7] * y + r[8] * z);
  }
  return out;
}

/**
 * A smooth field of 2-D corrections in pixels: thin-plate-like interpolation with the kernel -r and a linear part (Carr et al. 2001, section 3).
 * landmarks [478, 3] picture pixels; projected [V, 3] from `projectToPicture`. The function returned takes a template position and writes the correction there.
 */
export function fitCorrection(rig: Rig, template: Float32Array, landmarks: Float32Array, projected: Float32Array): (x: number, y: number, z: number, out: Float64Array) => void {
  const n = centreCount;
  const centres = new Float64Array(n * 3);
  const offsets = new Float64Array(n * 2);
  const point = new Float64Array(3);
  for (let i = 0; i < n; i++) {
    centres.set(landmarkAt(rig, template, i, point), i * 3);
    landmarkAt(rig, projected, i, point);
    offsets[i * 2] = landmarks[i * 3] - point[0];
    offsets[i * 2 + 1] = landmarks[i * 3 + 1] - point[1];
  }
  const linear = fitLinear(centres, offsets);
  // -r is conditionally positive definite of order 1: with a constant added it is positive definite, and the weights sum to almost nothing.
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const dx = centres[i * 3] - centres[j * 3];
      const dy = centres[i * 3 + 1] - centres[j * 3 + 1];
      const dz = centres[i * 3 + 2] - centres[j * 3 + 2];
      matrix[i * n + j] = kernelConstant - Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
    matrix[i * n + i] += smoothing;
  }
  for (const i of ovalLandmarks) matrix[i * n + i] += ovalSmoothing;
  const weights = [0, 1].map((axis) => {
    const right = new Float64Array(n);
    for (let i = 0; i < n; i++) right[i] = offsets[i * 2 + axis] - linearAt(linear[axis], centres[i * 3], centres[i * 3 + 1], centres[i * 3 + 2]);
    return right;
  });
  factorCholesky(matrix, n);
  for (const right of weights) substituteCholesky(matrix, right, n);
  const [wx, wy] = weights;
  return (x, y, z, out) => {
    let dx = linearAt(linear[0], x, y, z);
    let dy = linearAt(linear[1], x, y, z);
    for (let i = 0; i < n; i++) {
      const a = x - centres[i * 3];
      const b = y - centres[i * 3 + 1];
      const c = z - centres[i * 3 + 2];
      const kernel = kernelConstant - Math.sqrt(a * a + b * b + c * c);
      dx += kernel * wx[i];
      dy += kernel * wy[i];
    }
    out[0] = dx;
    out[1] = dy;
  };
}

const linearAt = (k: Float64Array, x: number, y: number, z: number): number => k[0] * x + k[1] * y + k[2] * z + k[3];

/** Least squares of offsets [n, 2] on centres [n, 3] and a constant: four coefficients for each axis. */
function fitLinear(centres: Float64Array, offsets: Float64Array): Float64Array[] {
  return [0, 1].map((axis) => {
    const matrix = new Float64Array(16);
    const right = new Float64Array(4);
    for (let i = 0; i < offsets.length / 2; i++) {
      const row = [centres[i * 3], centres[i * 3 + 1], centres[i * 3 + 2], 1];
      for (let a = 0; a < 4; a++) {
        right[a] += row[a] * offsets[i * 2 + axis];
        for (let b = 0; b < 4; b++) matrix[a * 4 + b] += row[a] * row[b];
      }
    }
    for (let a = 0; a < 4; a++) matrix[a * 5] += 1e-9;
    solveCholesky(matrix, right, 4);
    return right;
  });
}
