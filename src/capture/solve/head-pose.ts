/** Where a rigid head is, from its landmarks in a picture. */
import { fieldLength } from './landmark-shapes.ts';

/** A head seen along the ray through its pivot: u = x + scale · p X, v = y - scale · p Y with p = 1 / (1 - Z / distance), (X, Y, Z) = rotation · point. */
export interface HeadPose {
  /** Row-major [3, 3], head to camera (x right, y up, z to the viewer) */
  rotation: Float64Array;
  /** Pixels a decimetre at the pivot */
  scale: number;
  /** Of the pivot, pixels, x right, y down */
  x: number;
  y: number;
  /** Of the pivot in MediaPipe's depth, pixels, to the viewer */
  depth: number;
}

/** How landmarks and pose answer to each other. */
export interface View {
  /** From the viewer to the pivot, decimetres */
  distance: number;
  /** Trust of a landmark's depth against that of its place in the picture, 0..1: MediaPipe's depth is a guess */
  depthTrust: number;
}

const unknowns = 7; // rotation vector, log scale, x, y, depth
/** Landmarks farther from where they are expected (decimetres) count less: half at this distance (Cauchy's function). */
const doubtful = 0.035;
const settled = 2e-5;

export interface PoseFitter {
  /** Fits `pose`, from its present values, to landmarks [478, 3] (pixels, x right, y down, z smaller is nearer). shape [478, 3] decimetres from the pivot; weights [478]. */
  fit(pose: HeadPose, shape: Float64Array, landmarks: ArrayLike<number>, weights: Float64Array, rounds: number): void;
}

export function createPose(): HeadPose {
  return { rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), scale: 1, x: 0, y: 0, depth: 0 };
}

export function copyPose(from: HeadPose, to: HeadPose): void {
  to.rotation.set(from.rotation);
  to.scale = from.scale;
  to.x = from.x;
  to.y = from.y;
  to.depth = from.depth;
}

/** Gauss-Newton on robustly weighted distances (Huber and Ronchetti 2009, section 7.8); makes its arrays once. */
export function createPoseFitter({ distance, depthTrust }: View): PoseFitter {
  const hessian = new Float64Array(unknowns * unknowns);
  const gradient = new Float64Array(unknowns);
  const row = new Float64Array(unknowns);
  const turned = new Float64Array(9);
  const depthWeight = depthTrust * depthTrust;

  function add(weight: number, error: number): void {
    for (let a = 0; a < unknowns; a++) {
      const value = weight * row[a];
      if (value === 0) continue;
      gradient[a] += value * error;
      for (let b = 0; b <= a; b++) hessian[a * unknowns + b] += value * row[b];
    }
  }

  function gather(pose: HeadPose, shape: Float64Array, landmarks: ArrayLike<number>, weights: Float64Array): void {
    const { rotation: r, scale, x, y, depth } = pose;
    hessian.fill(0);
    gradient.fill(0);
    for (let at = 0; at < fieldLength; at += 3) {
      const weight = weights[at / 3];
      if (weight === 0) continue;
      const px = r[0] * shape[at] + r[1] * shape[at + 1] + r[2] * shape[at + 2];
      const py = r[3] * shape[at] + r[4] * shape[at + 1] + r[5] * shape[at + 2];
      const pz = r[6] * shape[at] + r[7] * shape[at + 1] + r[8] * shape[at + 2];
      const near = 1 / (1 - pz / distance);
      const ex = (landmarks[at] - x) / scale - near * px;
      const ey = (y - landmarks[at + 1]) / scale - near * py;
      const trust = weight / (1 + (ex * ex + ey * ey) / (doubtful * doubtful));
      const lean = near / distance;
      // ω × P = (ωy Z - ωz Y, ωz X - ωx Z, ωx Y - ωy X)
      row[0] = near * px * lean * py;
      row[1] = near * (pz - px * lean * px);
      row[2] = -near * py;
      row[3] = near * px;
      row[4] = 1;
      row[5] = 0;
      row[6] = 0;
      add(trust, ex);
      row[0] = near * (py * lean * py - pz);
      row[1] = -near * py * lean * px;
      row[2] = near * px;
      row[3] = near * py;
      row[4] = 0;
      row[5] = 1;
      add(trust, ey);
      if (depthWeight === 0) continue;
      row[0] = py;
      row[1] = -px;
      row[2] = 0;
      row[3] = pz;
      row[4] = 0;
      row[5] = 0;
      row[6] = 1;
      add(trust * depthWeight, (-landmarks[at + 2] - depth) / scale - pz);
    }
    if (depthWeight === 0) hessian[unknowns * unknowns - 1] = 1;
  }

  function step(pose: HeadPose): number {
    solveSmall(hessian, gradient, unknowns);
    turn(pose.rotation, gradient[0], gradient[1], gradient[2], turned);
    pose.x += gradient[4] * pose.scale;
    pose.y -= gradient[5] * pose.scale;
    pose.depth += gradient[6] * pose.scale;
    pose.scale *= Math.exp(Math.max(-0.4, Math.min(0.4, gradient[3])));
    return Math.max(Math.abs(gradient[0]), Math.abs(gradient[1]), Math.abs(gradient[2]), Math.abs(gradient[3]));
  }

  return {
    fit(pose, shape, landmarks, weights, rounds) {
      for (let round = 0; round < rounds; round++) {
        gather(pose, shape, landmarks, weights);
        if (step(pose) < settled) break;
      }
    },
  };
}

/** Solves for a symmetric positive definite [n, n] of which the lower triangle is given, in place, without an array of its own (Cholesky; Golub & Van Loan, algorithm 4.2.1). */
function solveSmall(matrix: Float64Array, right: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * n + j];
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) right[i] -= matrix[i * n + k] * right[k];
    right[i] /= matrix[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) right[i] -= matrix[k * n + i] * right[k];
    right[i] /= matrix[i * n + i];
  }
}

/** r := exp([w]×) r, Rodrigues' formula; at most 0.5 radians a step. */
function turn(r: Float64Array, wx: number, wy: number, wz: number, scratch: Float64Array): void {
  const angle = Math.hypot(wx, wy, wz);
  if (angle < 1e-12) return;
  const used = Math.min(0.5, angle);
  const x = wx / angle;
  const y = wy / angle;
  const z = wz / angle;
  const c = Math.cos(used);
  const s = Math.sin(used);
  const t = 1 - c;
  scratch.set(r);
  for (let k = 0; k < 3; k++) {
    const a = scratch[k];
    const b = scratch[3 + k];
    const d = scratch[6 + k];
    r[k] = (c + x * x * t) * a + (x * y * t - z * s) * b + (x * z * t + y * s) * d;
    r[3 + k] = (y * x * t + z * s) * a + (c + y * y * t) * b + (y * z * t - x * s) * d;
    r[6 + k] = (z * x * t - y * s) * a + (z * y * t + x * s) * b + (c + z * z * t) * d;
  }
}
