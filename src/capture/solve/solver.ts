/** Landmarks of one frame → motion of the rig. */
import { channel, channelCount, coefficientCount } from '../../motion/channels.ts';
import type { Rig } from '../../rig/rig.ts';
import { minimiseBounded } from './bounded.ts';
import { copyPose, createPose, createPoseFitter } from './head-pose.ts';
import { landmarkShapes } from './landmark-shapes.ts';
import { createLidReader } from './lids.ts';
import { createLipReader } from './lips.ts';
import type { Performer } from './performer.ts';
import { measureResiduals, poseWeights, residualLength } from './residual.ts';
import type { Responses } from './responses.ts';

export interface SolverOptions {
  /** relative (the default): what differs from the performer's own neutral face and pose; absolute: the pose in the take and all that the face shows */
  mode?: 'relative' | 'absolute';
}

export interface SolvedFrame {
  /** [58] of channels.ts, overwritten by the next frame; coefficients 0..1.5 */
  motion: Float32Array;
  /** 0..1: how well the landmarks are explained */
  confidence: number;
}

export interface Solver {
  /**
   * landmarks [478, 3] pixels (x right, y down, z smaller is nearer) of a face, turned by at most about 40 degrees. Frames that follow each other start from the one before;
   * `restart` forgets it, for a cut.
   */
  solve(landmarks: ArrayLike<number>): SolvedFrame;
  restart(): void;
}

/** Ridge, and what any use of a coefficient costs (in standard errors of its own), against the measured noise of landmarks: chosen on left-out portraits (docs/driving.md). */
const ridge = 4;
const cost = 0.5;
/** jawForward hardly shows from the front: it would swim (standard deviation 0.19 in speech). */
const jawForwardRidge = 30;
const mostOfCoefficient = 1.5;
const poseRounds = 12;
/** From the viewer in face heights, as the renderer has it (render/rig/pose.ts). */
const viewerDistance = 7;
/** Residual (decimetres, root mean square) beyond which a frame is half trusted. */
const doubtfulResidual = 0.08;
const radians = Math.PI / 180;

/** Makes all that frames need once: `solve` itself makes no arrays. */
export function createSolver(rig: Rig, responses: Responses, performer: Performer, options: SolverOptions = {}): Solver {
  const { mode = 'relative' } = options;
  const { shape, rest, view, faceHeightPixels } = performer;
  const lids = createLidReader(shape, responses);
  const lips = createLipReader(rig, performer);
  const weights = poseWeights(landmarkShapes(rig));
  const fitter = createPoseFitter(view);
  const pose = createPose();
  copyPose(rest, pose);
  const n = coefficientCount;
  const scales = lids.scales;
  const base = new Float64Array(n * n);
  const costs = new Float64Array(n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < residualLength; i++) {
        sum += responses.gains[a * residualLength + i] * responses.responses[b * residualLength + i] + responses.gains[b * residualLength + i] * responses.responses[a * residualLength + i];
      }
      base[a * n + b] = (scales[a] * scales[b] * sum) / 2;
      base[b * n + a] = base[a * n + b];
    }
    costs[a] = cost * Math.sqrt(Math.max(0, base[a * n + a]));
    base[a * n + a] += a === channel.jawForward ? jawForwardRidge : ridge;
  }
  const hessian = new Float64Array(n * n);
  const linear = new Float64Array(n);
  const low = new Float64Array(n);
  const high = new Float64Array(n).fill(mostOfCoefficient);
  high[channel.tongueOut] = 0; // no landmark is on the tongue
  const x = new Float64Array(n);
  const residuals = new Float64Array(residualLength);
  const relative = new Float64Array(9);
  const bias = new Float64Array(6);
  const motion = new Float32Array(channelCount);
  const result: SolvedFrame = { motion, confidence: 0 };

  function solveExpression(): void {
    hessian.set(base);
    for (let k = 0; k < n; k++) {
      let sum = 0;
      const start = k * residualLength;
      for (let i = 0; i < residualLength; i++) sum += responses.gains[start + i] * residuals[i];
      linear[k] = scales[k] * sum - costs[k];
    }
    lids.bound(residuals, high);
    // Shut lips may press as they like, as long as they stay shut.
    const isShut = lips.read(residuals);
    lips.addWidth(hessian, linear);
    if (isShut) minimiseBounded(hessian, linear, low, high, x);
    if (!isShut || lips.gapOf(x) > 0) {
      lips.addRow(hessian, linear);
      minimiseBounded(hessian, linear, low, high, x);
    }
    for (let k = 0; k < n; k++) motion[k] = x[k];
    lids.correct(residuals, motion);
    lips.correct(motion);
    if (mode === 'absolute') for (let k = 0; k < n; k++) motion[k] = Math.min(mostOfCoefficient, motion[k] + performer.neutralExpression[k]);
  }

  function writeHead(): void {
    const r = pose.rotation;
    bias.fill(0);
    for (let k = 0; k < n; k++) if (x[k] !== 0) for (let i = 0; i < 6; i++) bias[i] += x[k] * responses.poseBias[k * 6 + i];
    // The head's turn in the camera's frame: R Restᵀ.
    if (mode === 'relative') {
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) relative[i * 3 + j] = r[i * 3] * rest.rotation[j * 3] + r[i * 3 + 1] * rest.rotation[j * 3 + 1] + r[i * 3 + 2] * rest.rotation[j * 3 + 2];
    } else relative.set(r);
    motion[channel.headPitch] = Math.atan2(relative[7], relative[8]) / radians - bias[0];
    motion[channel.headYaw] = Math.asin(Math.max(-1, Math.min(1, -relative[6]))) / radians - bias[1];
    motion[channel.headRoll] = Math.atan2(relative[3], relative[0]) / radians - bias[2];
    motion[channel.headX] = (pose.x - rest.x) / faceHeightPixels - bias[4];
    motion[channel.headY] = (rest.y - pose.y) / faceHeightPixels + bias[5];
    motion[channel.headZ] = viewerDistance * (1 - (rest.scale / pose.scale) * Math.exp(bias[3]));
  }

  return {
    solve(landmarks) {
      fitter.fit(pose, shape, landmarks, weights, poseRounds);
      measureResiduals(pose, view.distance, shape, landmarks, residuals);
      solveExpression();
      writeHead();
      let unexplained = 0;
      for (let i = 0; i < residualLength; i++) {
        let left = residuals[i];
        for (let k = 0; k < n; k++) if (x[k] !== 0) left -= x[k] * scales[k] * responses.responses[k * residualLength + i];
        unexplained += left * left;
      }
      result.confidence = 1 / (1 + unexplained / (residualLength / 2) / doubtfulResidual ** 2);
      return result;
    },
    restart() {
      copyPose(rest, pose);
      x.fill(0);
    },
  };
}
