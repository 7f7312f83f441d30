/** Step 11: how far the portrait is speaking at each frame, so that its own expression and parted lips leave for speech and come back in pauses. */
import { channel } from '../motion/channels.ts';

/** Channels that speech moves, and how much each tells. A smile alone is no speech. */
const speechChannels: readonly (readonly [number, number])[] = [
  [channel.jawOpen, 1],
  [channel.mouthClose, 0.5],
  [channel.mouthFunnel, 0.5],
  [channel.mouthPucker, 0.5],
  [channel.mouthRollLower, 0.4],
  [channel.mouthRollUpper, 0.4],
  [channel.mouthLowerDownLeft, 0.25],
  [channel.mouthLowerDownRight, 0.25],
  [channel.mouthUpperUpLeft, 0.25],
  [channel.mouthUpperUpRight, 0.25],
];
/** Sums at which speech is surely absent and surely there. */
const silent = 0.02;
const speaking = 0.09;
/** Seconds that activity is held around a moving mouth, and over which it then comes and goes. */
const holdSeconds = 0.4;
const rampSeconds = 0.32;
/** Seconds over which activity comes and goes at the ends of a film that is to begin and end with the picture. */
const endSeconds = 0.28;

/** How much one motion vector [58] looks like speech, 0..1. */
export function speechIn(motion: Float32Array): number {
  let sum = 0;
  for (const [index, weight] of speechChannels) sum += weight * Math.abs(motion[index]);
  const t = Math.min(1, Math.max(0, (sum - silent) / (speaking - silent)));
  return t * t * (3 - 2 * t);
}

export interface ActiveMotion {
  /** [58], a copy */
  motion: Float32Array;
  /** 0..1 */
  activity: number;
}

/** A frame to draw, with those before and after it; null at the ends. */
export interface SurroundedMotion extends ActiveMotion {
  neighbours: { before: ActiveMotion; after: ActiveMotion } | null;
}

/** Each motion with its neighbours. */
export async function* withNeighbours(motions: AsyncIterable<ActiveMotion>): AsyncGenerator<SurroundedMotion> {
  let before: ActiveMotion | undefined;
  let now: ActiveMotion | undefined;
  for await (const after of motions) {
    if (now) yield { ...now, neighbours: before ? { before, after } : null };
    before = now;
    now = after;
  }
  if (now) yield { ...now, neighbours: null };
}

/**
 * Adds to each motion how far the portrait is speaking around it. Reads ahead by hold and ramp, about 0.7 s.
 * `restingFrames`: how many motions there are, where nothing of it may be left on the first and the last one. `isAlwaysActive`: 1 in all others.
 */
export async function* withActivity(motions: AsyncIterable<Float32Array>, fps: number, options: { restingFrames?: number | undefined; isAlwaysActive?: boolean | undefined } = {}): AsyncGenerator<ActiveMotion> {
  const { restingFrames = Number.POSITIVE_INFINITY, isAlwaysActive = false } = options;
  const hold = Math.max(1, Math.round(holdSeconds * fps));
  const ramp = Math.max(1, Math.round(rampSeconds * fps));
  const reach = hold + ramp;
  const kept: Float32Array[] = [];
  const speech: number[] = [];
  // `first` is the frame number of kept[0]; before the first and after the last frame nobody speaks.
  let first = 0;
  let next = 0;
  const at = (frame: number): number => speech[frame - first] ?? 0;
  const activityAt = (frame: number): number => {
    let sum = 0;
    for (let shift = -ramp; shift <= ramp; shift++) {
      let most = 0;
      for (let k = -hold; k <= hold; k++) most = Math.max(most, at(frame + shift + k));
      sum += most;
    }
    return sum / (2 * ramp + 1);
  };
  const give = (): ActiveMotion => {
    const toEnd = Math.min(next, restingFrames - 1 - next) / fps / endSeconds;
    const presence = restingFrames === Number.POSITIVE_INFINITY ? 1 : Math.min(1, Math.max(0, toEnd));
    const result = { motion: kept[next - first], activity: activityAt(next) * presence };
    next++;
    if (next - first > reach) {
      kept.shift();
      speech.shift();
      first++;
    }
    return result;
  };
  for await (const motion of motions) {
    kept.push(motion.slice());
    speech.push(isAlwaysActive ? 1 : speechIn(motion));
    if (first + kept.length - next > reach) yield give();
  }
  while (next - first < kept.length) yield give();
}
