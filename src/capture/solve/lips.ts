/** Lips: the gap between them is drawn as the coefficients' own sum (render/mouth/lips.ts), so it is measured and asked for by itself. */
import { channel, coefficientCount } from '../../motion/channels.ts';
import { innerLowerLipLandmarks, innerUpperLipLandmarks } from '../../rig/landmarks.ts';
import { lipGapRow } from '../../rig/lip-gap.ts';
import type { Rig } from '../../rig/rig.ts';
import { landmarkShapes } from './landmark-shapes.ts';
import type { Performer } from './performer.ts';

/** Standard error of a measured gap, mouth widths; of shut lips, which have to be shut. */
const gapError = 0.006;
const shutError = 0.003;
/** Standard error of a measured width, mouth widths. */
const widthError = 0.006;
/** In films these narrow a mouth by so much more than on the rig: the drawn opening is rounded, and landmarks follow it (self re-enactment of ten GRID clips). */
const narrowing = [
  [channel.jawOpen, 3.5],
  [channel.mouthFunnel, 1.8],
] as const;
/** Measured gaps below this (mouth widths, beyond the performer's shut lips) are shut. */
const shutGap = 0.012;
/** Shut lips press a little, so that noise does not part them. */
const pressed = -0.01;

export interface LipReader {
  /** Reads the gap of residuals [478, 2]. True when lips are shut. */
  read(residuals: Float64Array): boolean;
  /** The gap that coefficients x [52] open, mouth widths; below 0 lips press. */
  gapOf(x: ArrayLike<number>): number;
  /** Adds the width that was read to a quadratic programme: hessian [52, 52], linear [52]. */
  addWidth(hessian: Float64Array, linear: Float64Array): void;
  /** Adds the gap that was read to a quadratic programme: hessian [52, 52], linear [52]. */
  addRow(hessian: Float64Array, linear: Float64Array): void;
  /** Closes in `motion` [58] what the programme left open of lips that are shut. */
  correct(motion: Float32Array): void;
}

export function createLipReader(rig: Rig, { shape, shutLips }: Performer): LipReader {
  const { base, expressions } = landmarkShapes(rig);
  const [right, left] = [innerUpperLipLandmarks[0], innerUpperLipLandmarks[10]];
  const rigWidth = base[left * 3] - base[right * 3];
  const row = lipGapRow(rig);
  const width = shape[left * 3] - shape[right * 3];
  const neutral = middleGap((i) => shape[i * 3 + 1]);
  const widthRow = Float64Array.from({ length: coefficientCount }, (_, k) => (expressions[k][left * 3] - expressions[k][right * 3]) / rigWidth);
  for (const [k, more] of narrowing) widthRow[k] *= more;
  let wider = 0;
  let wanted = 0;
  let isShut = false;
  const gapOf = (x: ArrayLike<number>): number => {
    let gap = 0;
    for (let k = 0; k < coefficientCount; k++) gap += row[k] * x[k];
    return gap;
  };
  return {
    gapOf,
    read(residuals) {
      let gap = neutral;
      for (let k = 4; k <= 6; k++) gap += (residuals[innerUpperLipLandmarks[k] * 2 + 1] - residuals[innerLowerLipLandmarks[k] * 2 + 1]) / 3;
      wanted = gap / width - shutLips;
      isShut = wanted < shutGap;
      if (isShut) wanted = pressed;
      wider = (residuals[left * 2] - residuals[right * 2]) / width;
      return isShut;
    },
    addWidth: (hessian, linear) => addEquation(widthRow, wider, widthError, hessian, linear),
    addRow: (hessian, linear) => addEquation(row, wanted, isShut ? shutError : gapError, hessian, linear),
    correct(motion) {
      const gap = gapOf(motion);
      if (isShut && gap > 0) motion[channel.mouthClose] -= gap / row[channel.mouthClose];
    },
  };
}

/** Adds row · x = value, known to a standard error, to ½ xᵀ H x - bᵀ x. */
function addEquation(row: ArrayLike<number>, value: number, error: number, hessian: Float64Array, linear: Float64Array): void {
  const n = row.length;
  const weight = 1 / (error * error);
  for (let a = 0; a < n; a++) {
    if (row[a] === 0) continue;
    linear[a] += weight * row[a] * value;
    for (let b = 0; b < n; b++) hessian[a * n + b] += weight * row[a] * row[b];
  }
}

/** Upper less lower inner lip, mean of three places about the middle. */
function middleGap(height: (landmark: number) => number): number {
  let gap = 0;
  for (let k = 4; k <= 6; k++) gap += (height(innerUpperLipLandmarks[k]) - height(innerLowerLipLandmarks[k])) / 3;
  return gap;
}
