/** Lids: how far an eye is closed, from its opening against the performer's own. */
import { channel, coefficientCount } from '../../motion/channels.ts';
import { leftEyeLowerLandmarks, leftEyeUpperLandmarks, rightEyeLowerLandmarks, rightEyeUpperLandmarks } from '../../rig/landmarks.ts';
import type { Responses } from './responses.ts';

const eyes = [
  { upper: rightEyeUpperLandmarks, lower: rightEyeLowerLandmarks, blink: channel.eyeBlinkRight, down: channel.eyeLookDownRight, squint: channel.eyeSquintRight, wide: channel.eyeWideRight },
  { upper: leftEyeUpperLandmarks, lower: leftEyeLowerLandmarks, blink: channel.eyeBlinkLeft, down: channel.eyeLookDownLeft, squint: channel.eyeSquintLeft, wide: channel.eyeWideLeft },
] as const;
/** Narrow and wide eyes against the mean one. */
const scaleRange = [0.5, 1.8] as const;

/** Eyes are as closed as our own frames, drawn with eyeBlink alone, read: [opening that is left, eyeBlink]. MediaPipe sees little of the first half of a blink. */
const closing = [
  [0, 1],
  [0.25, 1],
  [0.74, 0.5],
  [0.92, 0.1],
  [1, 0],
] as const;

/** eyeWide of 1 opens an eye by this share as landmarks see it. */
const wideOpening = 0.08;
const mostWide = 1.2;

export interface LidReader {
  /** [52] how much more an eye as open as the performer's moves than the mean one */
  scales: Float64Array;
  /** Bounds eyeWide in `high` [52] by the opening that residuals [478, 2] show: landmarks hardly answer to it, and it would explain all kinds of noise. */
  bound(residuals: Float64Array, high: Float64Array): void;
  /** Sets eyeBlink in `motion` [58] from residuals [478, 2]. */
  correct(residuals: Float64Array, motion: Float32Array): void;
}

/** shape [478, 3]: the performer's neutral face, decimetres. */
export function createLidReader(shape: Float64Array, { lidOpening, responses }: Responses): LidReader {
  const scales = new Float64Array(coefficientCount).fill(1);
  const neutral = eyes.map(({ upper, lower }) => meanGap(upper, lower, (i) => shape[i * 3 + 1]));
  for (const [e, { blink, down }] of eyes.entries()) {
    const scale = Math.min(scaleRange[1], Math.max(scaleRange[0], neutral[e] / lidOpening));
    scales[blink] = scale;
    scales[down] = scale;
  }
  /** What gaze and squint do to the opening by themselves. */
  const others = eyes.map(({ upper, lower, down, squint }) => [down, squint].map((k) => ({ k, gap: scales[k] * meanGap(upper, lower, (i) => responses[(k * shape.length * 2) / 3 + i * 2 + 1]) })));
  const openingOf = (e: number, residuals: Float64Array): number => {
    const { upper, lower } = eyes[e];
    let gap = neutral[e];
    for (let k = 3; k <= 5; k++) gap += (residuals[upper[k] * 2 + 1] - residuals[lower[k] * 2 + 1]) / 3;
    return gap / neutral[e];
  };
  return {
    scales,
    bound(residuals, high) {
      for (let e = 0; e < 2; e++) high[eyes[e].wide] = Math.min(mostWide, Math.max(0, (openingOf(e, residuals) - 1) / wideOpening));
    },
    correct(residuals, motion) {
      for (let e = 0; e < 2; e++) {
        const { blink } = eyes[e];
        const shut = openingOf(e, residuals);
        // A lid that is nearly down is a blink, whatever gaze and squint would explain.
        let left = shut;
        if (shut > 0.45) for (const { k, gap: moved } of others[e]) left -= (Math.min(1, motion[k]) * moved) / neutral[e];
        motion[blink] = interpolateClosing(left);
      }
    },
  };
}

function meanGap(upper: readonly number[], lower: readonly number[], height: (landmark: number) => number): number {
  let gap = 0;
  for (let k = 3; k <= 5; k++) gap += (height(upper[k]) - height(lower[k])) / 3;
  return gap;
}

function interpolateClosing(left: number): number {
  if (left <= 0) return 1;
  for (let k = 1; k < closing.length; k++) {
    const [to, below] = closing[k];
    const [from, above] = closing[k - 1];
    if (left <= to) return above + ((below - above) * (left - from)) / (to - from);
  }
  return 0;
}
