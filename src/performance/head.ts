/**
 * How the head goes with the voice. Measured on real speakers (docs/performance.md): three quarters of its motion lie between 0.25 and 1 Hz; it moves more while the voice is loud and
 * leads it by 0.1-0.2 s; turns come with tilts to the other side; in pauses it slows down but never stops.
 */
import type { Random } from '../tensor/random.ts';
import type { Affect } from './affect.ts';
import { addBump, between, createSway, framesPerSecond, glide, type Key, smoothCurve } from './curves.ts';
import { bearings, type EmotionName } from './emotions.ts';
import type { Prosody } from './prosody.ts';

export interface HeadControls {
  /** EMO's head speed, 1..9; 5 is usual. */
  readonly speed: number;
  readonly emotion: EmotionName;
}

/** Degrees and face heights (docs/architecture.md "Motion vector"), [frames] each. */
export interface HeadMotion {
  readonly pitch: Float32Array;
  readonly yaw: Float32Array;
  readonly roll: Float32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
}

const leadSeconds = 0.15; // the head moves before the syllable that it goes with
const breathHz = 0.27; // 16 breaths a minute

export function drawHead(random: Random, prosody: Prosody, affect: Affect, { speed, emotion }: HeadControls): HeadMotion {
  const { frames, phrases, stresses, speaking, loudness } = prosody;
  const { pitch: bearingPitch, roll: bearingRoll, pace, size } = bearings[emotion];
  const quickness = 2 ** ((speed - 5) / 4) * pace; // 0.5 at 1, 2 at 9
  const reach = size * (0.75 + 0.05 * speed);
  const keys = { pitch: [] as Key[], yaw: [] as Key[], roll: [] as Key[] };
  for (const [i, { start, end, pauseAfter, sung }] of phrases.entries()) {
    const stirred = reach * (1 + 0.35 * affect.phrases[i].arousal) * (1 + 0.5 * sung);
    const seconds = (between(random, 0.6, 1.1) * (1 + 0.4 * sung)) / quickness;
    const at = start - between(random, 0.1, 0.3) * framesPerSecond - (seconds - 0.6) * 0.3 * framesPerSecond;
    const yaw = 2.2 * random.normal() * stirred;
    keys.yaw.push({ at, value: yaw, seconds });
    keys.roll.push({ at, value: -0.3 * yaw + 1.4 * random.normal() * stirred, seconds: seconds * between(random, 0.9, 1.3) });
    keys.pitch.push({ at, value: (1.5 * random.normal() - 1.2 * sung) * stirred, seconds });
    if (pauseAfter < framesPerSecond / 2) continue;
    for (const name of ['pitch', 'yaw', 'roll'] as const) {
      keys[name].push({ at: end, value: 0.25 * (keys[name].at(-1) as Key).value, seconds: between(random, 0.9, 1.5) / quickness });
    }
  }
  const [pitch, yaw, roll] = [glide(frames, keys.pitch), glide(frames, keys.yaw), glide(frames, keys.roll)];
  for (const { at, strength } of stresses) {
    const early = at - between(random, 0.06, 0.22) * framesPerSecond;
    const seconds = between(random, 0.36, 0.56) / Math.sqrt(quickness);
    if (random.uniform() < 0.75) addBump(pitch, early, seconds, (random.uniform() < 0.72 ? 1 : -1) * between(random, 1.1, 2.9) * strength * reach);
    if (random.uniform() < 0.35) addBump(yaw, early, seconds * 1.3, 1.8 * random.normal() * reach);
    if (random.uniform() < 0.3) addBump(roll, early, seconds * 1.3, 1.3 * random.normal() * reach);
  }
  const aloud = leadingLoudness(loudness, speaking);
  const turn = createSway(random, 0.32, 1.25);
  const [tilt, nod] = [createSway(random, 0.32, 1.25), createSway(random, 0.35, 1.4)];
  const [drift, bob, near] = [createSway(random, 0.1, 0.4), createSway(random, 0.15, 0.4), createSway(random, 0.1, 0.4)];
  const [x, y, z] = [new Float32Array(frames), new Float32Array(frames), new Float32Array(frames)];
  const breathPhase = 2 * Math.PI * random.uniform();
  let inner = 100 * random.uniform(); // seconds of the sway's own time: it runs faster while the voice is loud
  for (let i = 0; i < frames; i++) {
    inner += ((0.68 + 0.6 * aloud[i]) * quickness) / framesPerSecond;
    const stirred = reach * (0.75 + 0.45 * aloud[i]) * (1 + 0.25 * affect.arousal[i]);
    const turning = turn(inner);
    yaw[i] += 2.7 * stirred * turning;
    roll[i] += stirred * (-0.75 * turning + 1.6 * tilt(inner)) + bearingRoll * affect.emotion[i];
    pitch[i] += 1.35 * stirred * nod(inner) - 0.7 * aloud[i] * reach + bearingPitch * affect.emotion[i]; // louder, chin up
    const breath = Math.sin(2 * Math.PI * breathHz * (i / framesPerSecond) + breathPhase);
    x[i] = 0.003 * yaw[i] - 0.002 * roll[i] + 0.005 * reach * drift(inner);
    y[i] = 0.0028 * breath + 0.003 * bob(inner);
    z[i] = 0.002 * pitch[i] + 0.008 * reach * near(inner);
  }
  for (const { start } of phrases) addBump(y, start - 0.35 * framesPerSecond, 0.8, 0.004); // the breath before a phrase
  return { pitch, yaw, roll, x, y, z };
}

/** 0..1: how loud it is about to be. */
function leadingLoudness(loudness: Float32Array, speaking: Float32Array): Float32Array {
  const lead = Math.round(leadSeconds * framesPerSecond);
  const level = speaking.map((value, i) => value * Math.min(1, Math.max(0, 0.6 + 0.3 * loudness[i])));
  return smoothCurve(level.map((_, i) => level[Math.min(level.length - 1, i + lead)]), 2.5);
}
