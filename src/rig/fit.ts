/** Step 3: the rig's identity, expression and pose under a picture's landmarks. */
import { coefficientCount, coefficientNames } from '../motion/channels.ts';
import { anglesOf, rotateBy, solveCholesky } from './algebra.ts';
import { chinLandmark, foreheadLandmark, innerLowerLipLandmarks, innerUpperLipLandmarks, leftCheekLandmark, outerLipLandmarks, ovalLandmarks, rightCheekLandmark } from './landmarks.ts';
import { identityCount, type Rig } from './rig.ts';

export interface HeadFit {
  /** [40] standard deviations */
  identity: Float32Array;
  /** [52] 0..1, what the picture's face is already doing */
  expression: Float32Array;
  /** Row-major [3, 3], rig to camera (x right, y up, z to the viewer) */
  rotation: Float64Array;
  /** Pixels per decimetre */
  scale: number;
  /** Pixels, of the rig's origin: x right, y up, z to the viewer */
  translation: [number, number, number];
  /** Degrees */
  pose: { pitch: number; yaw: number; roll: number };
  /** Mean distance of the fitted landmarks from the picture's, decimetres */
  residual: number;
}

const rounds = 9;
/** The fit has settled when no rotation, log scale or coefficient changes by more (translations: 0.02 pixels). */
const settled = 0.004;
const fittedLandmarks = 468; // the irises follow the gaze, not the head
/** Standard deviation of a landmark about the fitted rig, decimetres: about what the fit leaves on portraits. */
const landmarkNoise = 0.012;
/** MediaPipe's depth is a guess: this many times less trusted than x and y. */
const depthTrust = 0.24; // every fourth landmark's depth is used
/** Ridge of an expression coefficient (identity: 1): a relaxed face is far more likely than a grimace. */
const expressionRidge = 2.5;
const unfittedExpression = /^(eyeLook|jawLeft|jawRight|jawForward|mouthLeft|mouthRight|cheekPuff|tongueOut)/;

/**
 * Fits a scaled orthographic camera, 40 identity modes and non-negative expressions by damped Gauss-Newton on ridge least squares
 * (Blanz and Vetter 1999, section 4, with landmarks in place of pixels).
 * landmarks [478, 3] pixels, x right, y down, z smaller is nearer.
 */
export function fitHead(rig: Rig, landmarks: Float32Array): HeadFit {
  const basis = landmarkBasis(rig);
  const { base, modes, modeCount, expressionOf } = basis;
  const state = startState(landmarks, base);
  const n = 7 + modeCount;
  const weights = landmarkWeights();
  const coefficients = new Float64Array(modeCount);
  const shape = new Float64Array(fittedLandmarks * 3);
  const row = new Float64Array(3 * n);
  for (let round = 0; round < rounds; round++) {
    shapeAt(base, modes, coefficients, shape);
    const hessian = new Float64Array(n * n);
    const gradient = new Float64Array(n);
    const noise = state.scale * landmarkNoise;
    for (let i = 0; i < fittedLandmarks; i++) {
      fillRows(row, n, i, shape, modes, modeCount, state);
      for (let axis = 0; axis < (i % 4 === 0 ? 3 : 2); axis++) {
        const weight = (weights[i] * (axis === 2 ? depthTrust : 1)) / noise;
        const measured = axis === 0 ? landmarks[i * 3] : -landmarks[i * 3 + axis];
        accumulate(hessian, gradient, row, axis * n, n, weight * weight, measured - projected(shape, i, axis, state));
      }
    }
    const ridge = Float64Array.from({ length: n }, (_, j) => (j < 7 ? 1e-9 : j < 7 + identityCount ? 1 : expressionRidge ** 2));
    for (let j = 0; j < n; j++) {
      hessian[j * n + j] += ridge[j];
      if (j >= 7) gradient[j] -= ridge[j] * coefficients[j - 7];
    }
    const step = solveNonNegative(hessian, gradient, n, coefficients);
    applyStep(state, step, coefficients, round === 0 ? 0.7 : 1);
    if (step.every((change, j) => Math.abs(change) < (j > 3 && j < 7 ? 0.02 : settled))) break;
  }
  shapeAt(base, modes, coefficients, shape);
  let distance = 0;
  for (let i = 0; i < fittedLandmarks; i++) {
    distance += Math.hypot(landmarks[i * 3] - projected(shape, i, 0, state), -landmarks[i * 3 + 1] - projected(shape, i, 1, state));
  }
  const expression = new Float32Array(coefficientCount);
  for (let k = identityCount; k < modeCount; k++) expression[expressionOf[k - identityCount]] = coefficients[k];
  return {
    identity: Float32Array.from(coefficients.subarray(0, identityCount)),
    expression,
    rotation: state.rotation,
    scale: state.scale,
    translation: state.translation,
    pose: anglesOf(state.rotation),
    residual: distance / fittedLandmarks / state.scale,
  };
}

interface CameraState {
  rotation: Float64Array;
  scale: number;
  translation: [number, number, number];
}

/** Positions and deltas of the landmarks: base [468, 3], modes [40 + E][468 * 3]. */
function landmarkBasis(rig: Rig): { base: Float64Array; modes: Float64Array[]; modeCount: number; expressionOf: number[] } {
  const at = (field: Float32Array, start: number): Float64Array => {
    const out = new Float64Array(fittedLandmarks * 3);
    for (let i = 0; i < fittedLandmarks; i++) {
      for (let corner = 0; corner < 3; corner++) {
        const vertex = rig.landmarkTriangles[i * 3 + corner];
        const weight = rig.landmarkWeights[i * 3 + corner];
        for (let axis = 0; axis < 3; axis++) out[i * 3 + axis] += weight * field[start + vertex * 3 + axis];
      }
    }
    return out;
  };
  const stride = rig.vertexCount * 3;
  const expressionOf = coefficientNames.map((_, k) => k).filter((k) => !unfittedExpression.test(coefficientNames[k]));
  const modes = [
    ...Array.from({ length: identityCount }, (_, k) => at(rig.identities, k * stride)),
    ...expressionOf.map((k) => at(rig.expressions, k * stride)),
  ];
  return { base: at(rig.vertices, 0), modes, modeCount: modes.length, expressionOf };
}

/** A frontal camera with the picture's roll, size and place. */
function startState(landmarks: Float32Array, base: Float64Array): CameraState {
  const point = (array: ArrayLike<number>, i: number, flip: number): [number, number] => [array[i * 3], flip * array[i * 3 + 1]];
  const [ax, ay] = point(landmarks, rightCheekLandmark, -1);
  const [bx, by] = point(landmarks, leftCheekLandmark, -1);
  const roll = Math.atan2(by - ay, bx - ax);
  const height = (array: ArrayLike<number>): number =>
    Math.hypot(array[foreheadLandmark * 3] - array[chinLandmark * 3], array[foreheadLandmark * 3 + 1] - array[chinLandmark * 3 + 1]);
  const scale = height(landmarks) / height(base);
  const rotation = rotateBy([0, 0, roll], Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
  const state: CameraState = { rotation, scale, translation: [0, 0, 0] };
  for (let axis = 0; axis < 3; axis++) {
    let sum = 0;
    for (let i = 0; i < fittedLandmarks; i++) sum += (axis === 0 ? 1 : -1) * landmarks[i * 3 + axis] - projected(base, i, axis, state);
    state.translation[axis] = sum / fittedLandmarks;
  }
  return state;
}

/** Trust of each landmark: the outline slides along the head with the view, the lips matter most. */
function landmarkWeights(): Float64Array {
  const weights = new Float64Array(fittedLandmarks).fill(1);
  for (const i of ovalLandmarks) weights[i] = 0.35;
  for (const i of [...outerLipLandmarks, ...innerUpperLipLandmarks, ...innerLowerLipLandmarks]) weights[i] = 1.5;
  return weights;
}

function shapeAt(base: Float64Array, modes: readonly Float64Array[], coefficients: Float64Array, out: Float64Array): void {
  out.set(base);
  for (let k = 0; k < modes.length; k++) {
    const weight = coefficients[k];
    const mode = modes[k];
    if (weight !== 0) for (let i = 0; i < out.length; i++) out[i] += weight * mode[i];
  }
}

function projected(shape: Float64Array, i: number, axis: number, { rotation, scale, translation }: CameraState): number {
  const r = axis * 3;
  return scale * (rotation[r] * shape[i * 3] + rotation[r + 1] * shape[i * 3 + 1] + rotation[r + 2] * shape[i * 3 + 2]) + translation[axis];
}

/** Derivatives of landmark i's camera x, y, z by (rotation vector, log scale, translation, modes), three rows of n. */
function fillRows(row: Float64Array, n: number, i: number, shape: Float64Array, modes: readonly Float64Array[], modeCount: number, state: CameraState): void {
  const { rotation: r, scale } = state;
  const px = projected(shape, i, 0, state) - state.translation[0];
  const py = projected(shape, i, 1, state) - state.translation[1];
  const pz = projected(shape, i, 2, state) - state.translation[2];
  row.fill(0);
  row[1] = pz;
  row[2] = -py;
  row[n] = -pz;
  row[n + 2] = px;
  row[2 * n] = py;
  row[2 * n + 1] = -px;
  row[3] = px;
  row[n + 3] = py;
  row[2 * n + 3] = pz;
  for (let axis = 0; axis < 3; axis++) row[axis * n + 4 + axis] = 1;
  for (let k = 0; k < modeCount; k++) {
    const mode = modes[k];
    const x = mode[i * 3];
    const y = mode[i * 3 + 1];
    const z = mode[i * 3 + 2];
    for (let axis = 0; axis < 3; axis++) row[axis * n + 7 + k] = scale * (r[axis * 3] * x + r[axis * 3 + 1] * y + r[axis * 3 + 2] * z);
  }
}

function accumulate(hessian: Float64Array, gradient: Float64Array, row: Float64Array, start: number, n: number, weight: number, error: number): void {
  for (let a = 0; a < n; a++) {
    const value = weight * row[start + a];
    if (value === 0) continue;
    gradient[a] += value * error;
    const line = a * n;
    for (let b = 0; b <= a; b++) hessian[line + b] += value * row[start + b];
  }
}

/** The step that keeps expression coefficients at or above 0, by an active set: whoever would go below is held at 0 and the rest solved again. Only the lower triangle of `hessian` is read. */
function solveNonNegative(hessian: Float64Array, gradient: Float64Array, n: number, coefficients: Float64Array): Float64Array {
  const held = new Uint8Array(n);
  const step = new Float64Array(n);
  for (let attempt = 0; attempt < 6; attempt++) {
    const free: number[] = [];
    for (let j = 0; j < n; j++) if (!held[j]) free.push(j);
    const size = free.length;
    const matrix = new Float64Array(size * size);
    const right = new Float64Array(size);
    for (let a = 0; a < size; a++) {
      right[a] = gradient[free[a]];
      for (let j = 0; j < n; j++) if (held[j]) right[a] -= step[j] * hessian[Math.max(free[a], j) * n + Math.min(free[a], j)];
      for (let b = 0; b <= a; b++) matrix[a * size + b] = hessian[free[a] * n + free[b]];
    }
    solveCholesky(matrix, right, size);
    let done = true;
    for (let a = 0; a < size; a++) {
      const j = free[a];
      step[j] = right[a];
      if (j >= 7 + identityCount && coefficients[j - 7] + right[a] < 0) {
        held[j] = 1;
        step[j] = -coefficients[j - 7];
        done = false;
      }
    }
    if (done) break;
  }
  return step;
}

function applyStep(state: CameraState, step: Float64Array, coefficients: Float64Array, damping: number): void {
  const limit = (value: number): number => Math.max(-0.4, Math.min(0.4, damping * value));
  state.rotation = rotateBy([limit(step[0]), limit(step[1]), limit(step[2])], state.rotation);
  state.scale *= Math.exp(limit(step[3]));
  for (let axis = 0; axis < 3; axis++) state.translation[axis] += damping * step[4 + axis];
  for (let k = 0; k < coefficients.length; k++) {
    const next = coefficients[k] + damping * step[7 + k];
    coefficients[k] = k < identityCount ? Math.max(-4, Math.min(4, next)) : Math.max(0, Math.min(1, next));
  }
}
