/** Takes the tremble out of captured motion without holding it back. */
import { type GapRow, gapOf } from '../../motion/blend.ts';
import { channel, channelCount, coefficientCount } from '../../motion/channels.ts';

interface Tuning {
  /** Hz: what passes while nothing moves */
  leastCutoff: number;
  /** Cutoff in Hz gained per unit of speed (units a second) */
  speedGain: number;
}

/** Measured on still faces and on speech (docs/driving.md). */
const coefficientTuning: Tuning = { leastCutoff: 4, speedGain: 40 };
const angleTuning: Tuning = { leastCutoff: 1.5, speedGain: 1.2 };
const shiftTuning: Tuning = { leastCutoff: 1.5, speedGain: 60 };
/** Speeds are themselves low-passed, as the paper has it. */
const speedCutoff = 4;

/** Never smoothed: what closes lips and eyes. */
const exact: ReadonlySet<number> = new Set([channel.eyeBlinkLeft, channel.eyeBlinkRight, channel.jawOpen, channel.mouthClose]);

function tuningOf(k: number): Tuning {
  if (k < coefficientCount) return coefficientTuning;
  return k <= channel.headRoll ? angleTuning : shiftTuning;
}

/** Share of the new value: a first-order low pass of `cutoff` Hz over `seconds`. */
const shareOf = (cutoff: number, seconds: number): number => 1 / (1 + 1 / (2 * Math.PI * cutoff * seconds));

/**
 * One-Euro filter (Casiez, Roussel and Vogel 2012, algorithm 1), run over the whole take forwards and backwards and averaged, so that nothing lags. Blinks stay as they are,
 * and so does the gap between the lips: what smoothing made of it is taken back by the jaw.
 * motions [58] each, at times in seconds, rising. Returns new arrays.
 */
export function smoothMotion(motions: readonly Float32Array[], times: readonly number[], gapRow: GapRow): Float32Array[] {
  const out = motions.map((motion) => motion.slice());
  const forwards = new Float32Array(motions.length);
  const backwards = new Float32Array(motions.length);
  for (let k = 0; k < channelCount; k++) {
    if (exact.has(k)) continue;
    const tuning = tuningOf(k);
    filter(motions, times, k, tuning, 1, forwards);
    filter(motions, times, k, tuning, -1, backwards);
    for (let i = 0; i < motions.length; i++) out[i][k] = (forwards[i] + backwards[i]) / 2;
  }
  for (const [i, motion] of out.entries()) holdGap(motion, gapOf(motions[i], gapRow), gapRow);
  return out;
}

/** Opens or closes the lips of `motion` [58] to the gap wanted, mouth widths. */
function holdGap(motion: Float32Array, wanted: number, gapRow: GapRow): void {
  const jaw = motion[channel.jawOpen];
  motion[channel.jawOpen] = Math.max(0, jaw + (wanted - gapOf(motion, gapRow)) / gapRow[channel.jawOpen]);
  const excess = gapOf(motion, gapRow) - wanted;
  if (excess > 1e-5) motion[channel.mouthClose] -= excess / gapRow[channel.mouthClose];
}

function filter(motions: readonly Float32Array[], times: readonly number[], k: number, { leastCutoff, speedGain }: Tuning, direction: 1 | -1, out: Float32Array): void {
  const count = motions.length;
  let value = 0;
  let speed = 0;
  for (let step = 0; step < count; step++) {
    const i = direction === 1 ? step : count - 1 - step;
    const now = motions[i][k];
    if (step === 0) value = now;
    else {
      const seconds = Math.max(1e-3, Math.abs(times[i] - times[i - direction]));
      speed += shareOf(speedCutoff, seconds) * ((now - motions[i - direction][k]) / seconds - speed);
      value += shareOf(leastCutoff + speedGain * Math.abs(speed), seconds) * (now - value);
    }
    out[i] = value;
  }
}
