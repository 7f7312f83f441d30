/** Joins what speech does to the mouth with what a feeling does to it, so that lips that meet still meet and an open mouth stays as open. */
import { channel, coefficientCount } from './channels.ts';
import { smoothStep } from './ease.ts';
import { mouthChannels } from './groups.ts';

/** How far each coefficient parts the lips, in mouth widths at 1: [52]. Linear, as the rig is. */
export type GapRow = Float32Array;

const rounding = [channel.mouthPucker, channel.mouthFunnel];
/** Shapes that pull the corners: rounded lips leave them little room. */
const pulling = [channel.mouthSmileLeft, channel.mouthSmileRight, channel.mouthStretchLeft, channel.mouthStretchRight, channel.mouthDimpleLeft, channel.mouthDimpleRight];
const roundingShare = 0.75;
const faint = 1e-5; // a gap, in mouth widths, that nobody sees

/**
 * Adds the mouth of `feeling` [58] to the mouth of `speech` [58], in place. The gap between the lips stays the speech's own: the jaw opens where a feeling narrows it,
 * and every shape that parts the lips gives way in proportion where it widens it.
 */
export function blendMouth(speech: Float32Array, feeling: Float32Array, gapRow: GapRow): void {
  const wanted = Math.max(0, gapOf(speech, gapRow));
  const round = Math.min(1, Math.max(...rounding.map((index) => speech[index])));
  for (const index of mouthChannels) {
    const room = pulling.includes(index) ? 1 - roundingShare * round : 1;
    speech[index] = Math.min(1, Math.max(0, speech[index] + room * feeling[index]));
  }
  holdGap(speech, wanted, gapRow);
}

// Gaps, in mouth widths: the network hesitates where lips meet (p, b, m), people do not. Below `met` they have met, from `apart` on nothing is changed.
const met = 0.018;
const apart = 0.065;

/** Brings lips together that all but touch, in place: the gap g becomes g · s((g - met) / (apart - met)) with the smooth step s. */
export function sealLips(motion: Float32Array, gapRow: GapRow): void {
  const gap = gapOf(motion, gapRow);
  if (gap <= 0 || gap >= apart) return;
  holdGap(motion, gap * smoothStep((gap - met) / (apart - met)), gapRow);
}

/** Lip gap of a motion vector, mouth widths; below 0 the lips press. */
export function gapOf(motion: Float32Array, gapRow: GapRow): number {
  let gap = 0;
  for (let i = 0; i < coefficientCount; i++) gap += gapRow[i] * motion[i];
  return gap;
}

/** Changes the shapes that part the lips, in place, until the gap is `wanted`. */
function holdGap(motion: Float32Array, wanted: number, gapRow: GapRow): void {
  const excess = gapOf(motion, gapRow) - wanted;
  if (Math.abs(excess) < faint) return;
  if (excess < 0) {
    motion[channel.jawOpen] = Math.min(1, motion[channel.jawOpen] - excess / gapRow[channel.jawOpen]);
    return;
  }
  let parting = 0;
  for (const index of mouthChannels) if (gapRow[index] > 0) parting += gapRow[index] * motion[index];
  const kept = Math.max(0, (parting - excess) / parting);
  for (const index of mouthChannels) if (gapRow[index] > 0) motion[index] *= kept;
}
