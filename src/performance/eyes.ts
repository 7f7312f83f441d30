/** Blinks and glances: events, not waves. Shapes and rates after real speakers (docs/performance.md). */
import type { Random } from '../tensor/random.ts';
import { between, framesPerSecond, minimumJerk } from './curves.ts';
import type { Prosody } from './prosody.ts';

export interface EyeControls {
  /** Blinks a minute. */
  readonly blink: number;
  /** Where the eyes look: at the viewer, about freely, or in a direction (degrees to the image's right, up). */
  readonly gaze: 'camera' | 'free' | readonly [number, number];
  /** Looks down by this share of the eye's range. */
  readonly gazeDown: number;
}

/** Degrees of the eye at eyeLook... = 1: docs/rig.md. */
export const gazeDegrees = { side: 24, up: 15, down: 21 } as const;

const blinkShape = [0.3, 0.8, 1, 0.8, 0.45, 0.15]; // 0.2 s from 85 % open back to 85 %, closing faster than opening
const leastInterval = 0.7; // seconds
const closingChance = 0.45; // that the eyes close on a held note
const longNoteSeconds = 1;

/** 0 open .. 1 shut, [frames]. Intervals are exponential above a floor: nearly Poisson, as real ones (coefficient of variation 0.9); half of the blinks near the end of a phrase wait for it. */
export function drawBlinks(random: Random, prosody: Prosody, { blink }: EyeControls): Float32Array {
  const { frames, phrases } = prosody;
  const shut = drawHeldNotes(random, prosody);
  if (blink <= 0) return shut;
  const mean = 60 / blink;
  const floor = Math.min(leastInterval, 0.5 * mean);
  const ends = phrases.map(({ end }) => end);
  const wait = () => floor - (mean - floor) * Math.log(1 - random.uniform());
  for (let seconds = 0.3 + wait() * random.uniform(); seconds < frames / framesPerSecond - 0.3; seconds += wait()) {
    let at = Math.round(seconds * framesPerSecond);
    const end = ends.find((frame) => Math.abs(frame - at) < 0.4 * framesPerSecond);
    if (end !== undefined && random.uniform() < 0.5) at = end;
    const depth = random.uniform() < 0.15 ? 0.8 : 1;
    for (let k = 0; k < blinkShape.length && at + k < frames; k++) shut[at + k] = Math.max(shut[at + k], depth * blinkShape[k]);
  }
  return shut;
}

/** Eyes that close on a long held note, and open before it ends. */
function drawHeldNotes(random: Random, { frames, notes }: Prosody): Float32Array {
  const shut = new Float32Array(frames);
  for (const { start, end } of notes) {
    if (end - start < longNoteSeconds * framesPerSecond || random.uniform() > closingChance) continue;
    const closing = between(random, 0.3, 0.45) * framesPerSecond;
    const first = start + between(random, 0.05, 0.25) * framesPerSecond;
    const last = end + between(random, -0.2, 0.15) * framesPerSecond;
    for (let i = Math.max(0, Math.floor(first)); i < Math.min(frames, last); i++) {
      shut[i] = Math.max(shut[i], Math.min(minimumJerk((i - first) / closing), minimumJerk((last - i) / closing)));
    }
  }
  return shut;
}

/** Direction of the eyes in the head, shares of their range (right, up: -1..1), [frames] each. `yaw`, `pitch`: the head, degrees. */
export function drawGaze(random: Random, { frames, speaking }: Prosody, head: { yaw: Float32Array; pitch: Float32Array }, { gaze, gazeDown }: EyeControls): { right: Float32Array; up: Float32Array } {
  const right = new Float32Array(frames);
  const up = new Float32Array(frames);
  if (gaze === 'free') drawGlances(random, speaking, right, up);
  // Eyes stay on what they look at while the head turns (vestibulo-ocular reflex); a free gaze lets go of some.
  const hold = gaze === 'free' ? 0.8 : 1;
  const [aimRight, aimUp] = typeof gaze === 'string' ? [0, 0] : gaze;
  for (let i = 0; i < frames; i++) {
    right[i] = clamp(right[i] + (aimRight - hold * head.yaw[i]) / gazeDegrees.side);
    const degreesUp = aimUp + hold * head.pitch[i];
    up[i] = clamp(up[i] - gazeDown + degreesUp / (degreesUp > 0 ? gazeDegrees.up : gazeDegrees.down));
  }
  return { right, up };
}

/** Saccades: mostly fixations about the viewer, now and then a glance away, more in pauses. The first fixation is the viewer's eye. */
function drawGlances(random: Random, speaking: Float32Array, right: Float32Array, up: Float32Array): void {
  const frames = right.length;
  for (let i = 0, isFirst = true; i < frames; isFirst = false) {
    const isAway = random.uniform() < (speaking[i] > 0.5 ? 0.16 : 0.3);
    const seconds = isAway ? between(random, 0.4, 1) : 0.24 - 0.7 * (Math.log(1 - random.uniform()) + Math.log(1 - random.uniform())); // gamma of shape 2
    const next = Math.min(frames, i + Math.max(4, Math.round(seconds * framesPerSecond)));
    if (!isFirst) {
      right.fill((isAway ? 0.42 : 0.06) * random.normal(), i, next);
      up.fill((isAway ? 0.3 : 0.06) * random.normal(), i, next);
    }
    i = next;
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}
