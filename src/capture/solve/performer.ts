/** Who performs: the head's own shape and its neutral face, from a whole take. */
import { AnimateError } from '../../errors.ts';
import { coefficientCount } from '../../motion/channels.ts';
import { fitHead, type HeadFit } from '../../rig/fit.ts';
import { chinLandmark, foreheadLandmark } from '../../rig/landmarks.ts';
import { identityCount, type Rig } from '../../rig/rig.ts';
import { createPose, createPoseFitter, type HeadPose, type View } from './head-pose.ts';
import { addFields, fieldLength, landmarkShapes, neckPivot } from './landmark-shapes.ts';
import { chooseNeutral, lipGapRatio } from './neutral-frames.ts';
import { measureResiduals, poseWeights, residualLength } from './residual.ts';

export interface Sample {
  /** [478, 3] pixels, x right, y down, z smaller is nearer */
  landmarks: Float32Array;
  /** 0..1 */
  confidence: number;
}

export interface PerformerOptions {
  /** Indices into the samples of frames that are known to be neutral (--neutral TIME). Absent: found. */
  neutral?: readonly number[];
  view?: Partial<View>;
}

export interface Performer {
  /** [40] standard deviations */
  identity: Float32Array;
  /** [52] what the neutral face does beside the rig's own: only an absolute motion has it */
  neutralExpression: Float32Array;
  /** [478, 3] decimetres, head frame, from the pivot in the neck: the neutral face, with what the rig's identity leaves over */
  shape: Float64Array;
  /** The neutral face's pose in the take */
  rest: HeadPose;
  /** Of forehead and chin in the neutral face, pixels: the unit of the head's movement */
  faceHeightPixels: number;
  /** Gap over width of the mouth that shut lips are read with */
  shutLips: number;
  view: View;
  /** Mean distance of the neutral landmarks from the rig with this identity and expression, decimetres */
  residual: number;
  /** Samples that were taken as neutral, indices */
  neutralFrames: readonly number[];
}

/** Read as more, lips are open. */
const mostShut = 0.03;
export const leastConfidence = 0.5;
/** The rig is fitted to so many neutral frames, one by one: more change nothing. */
const fittedFrames = 6;
const rounds = 6;
const poseRounds = 8;
/** Chosen on our own frames with known turns (docs/driving.md): they are drawn as seen from 0.65 m, MediaPipe's mesh answers as if from farther. */
export const standardView: View = { distance: 10, depthTrust: 0.5 };

/** Solves the performer from frames spread over a take (a few hundred at most). Throws AnimateError `no-face` where none of them can be used. */
export function solvePerformer(rig: Rig, samples: readonly Sample[], options: PerformerOptions = {}): Performer {
  const view = { ...standardView, ...options.view };
  const shapes = landmarkShapes(rig);
  const usable = samples.map((_, i) => i).filter((i) => samples[i].confidence >= leastConfidence);
  const known = options.neutral?.filter((i) => usable.includes(i));
  const chosen = known?.length ? known : chooseNeutral(usable.map((i) => samples[i].landmarks)).map((k) => usable[k]);
  if (chosen.length === 0) throw new AnimateError('no-face', `take: expected frames that show a face clearly, got none in ${samples.length}`);
  const fits = chosen.slice(0, fittedFrames).map((i) => fitHead(rig, samples[i].landmarks));
  const identity = meanOf(fits.map((fit) => fit.identity), identityCount);
  const neutralExpression = meanOf(fits.map((fit) => fit.expression), coefficientCount);

  // The rig's neutral face of this performer, then what it leaves over in the frames chosen: first pose, then residuals, in turn.
  const shape = addFields(addFields(shapes.base, shapes.identities, identity, new Float64Array(fieldLength)), shapes.expressions, neutralExpression, new Float64Array(fieldLength));
  const fitted = shape.slice();
  const pivot = neckPivot(shape);
  for (let i = 0; i < fieldLength; i++) shape[i] -= pivot[i % 3];
  const weights = poseWeights(shapes);
  const fitter = createPoseFitter(view);
  const poses = chosen.map(() => startPose(fits[0], pivot));
  const residuals = chosen.map(() => new Float64Array(residualLength));
  for (let round = 0; round < rounds; round++) {
    for (const [k, i] of chosen.entries()) {
      fitter.fit(poses[k], shape, samples[i].landmarks, weights, poseRounds);
      measureResiduals(poses[k], view.distance, shape, samples[i].landmarks, residuals[k]);
    }
    for (let i = 0; i < residualLength; i++) shape[Math.floor(i / 2) * 3 + (i % 2)] += medianOf(residuals.map((field) => field[i]));
  }
  for (const [k, i] of chosen.entries()) fitter.fit(poses[k], shape, samples[i].landmarks, weights, poseRounds);
  const rest = meanPose(poses);
  let residual = 0;
  for (let i = 0; i < fieldLength; i += 3) residual += Math.hypot(shape[i] + pivot[0] - fitted[i], shape[i + 1] + pivot[1] - fitted[i + 1]) / (fieldLength / 3);
  return { identity, neutralExpression, shape, rest, faceHeightPixels: medianOf(chosen.map((i) => faceHeight(samples[i].landmarks))), shutLips: shutLipsOf(usable.map((i) => lipGapRatio(samples[i].landmarks)), medianOf(chosen.map((i) => lipGapRatio(samples[i].landmarks)))), view, residual, neutralFrames: chosen };
}

/** Shut lips are never read as quite shut: the middle of the smallest gaps, or what the neutral face has, as long as these can be shut lips. */
function shutLipsOf(ratios: number[], neutral: number): number {
  const smallest = ratios.sort((a, b) => a - b).slice(0, Math.max(1, Math.ceil(ratios.length / 10)));
  return Math.min(mostShut, Math.max(neutral, medianOf(smallest)));
}

function faceHeight(landmarks: Float32Array): number {
  const [forehead, chin] = [foreheadLandmark * 3, chinLandmark * 3];
  return Math.hypot(landmarks[forehead] - landmarks[chin], landmarks[forehead + 1] - landmarks[chin + 1]);
}

/** The pose that a fit of the whole rig found, about the pivot. */
export function startPose({ rotation: r, scale, translation }: HeadFit, [px, py, pz]: readonly [number, number, number]): HeadPose {
  const pose = createPose();
  pose.rotation.set(r);
  pose.scale = scale;
  pose.x = translation[0] + scale * (r[0] * px + r[1] * py + r[2] * pz);
  pose.y = -translation[1] - scale * (r[3] * px + r[4] * py + r[5] * pz);
  pose.depth = translation[2] + scale * (r[6] * px + r[7] * py + r[8] * pz);
  return pose;
}

/** The pose in the middle: medians, the rotation that of the frame nearest to the median. */
function meanPose(poses: readonly HeadPose[]): HeadPose {
  const middle = createPose();
  for (const key of ['scale', 'x', 'y', 'depth'] as const) middle[key] = medianOf(poses.map((pose) => pose[key]));
  const entries = Array.from({ length: 9 }, (_, i) => medianOf(poses.map((pose) => pose.rotation[i])));
  const far = (pose: HeadPose): number => entries.reduce((sum, value, i) => sum + (value - pose.rotation[i]) ** 2, 0);
  middle.rotation.set(poses.reduce((best, pose) => (far(pose) < far(best) ? pose : best)).rotation);
  return middle;
}

function meanOf(rows: readonly Float32Array[], length: number): Float32Array {
  return Float32Array.from({ length }, (_, k) => rows.reduce((sum, row) => sum + row[k] / rows.length, 0));
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  return values.length % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}
