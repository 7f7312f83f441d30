/**
 * The performance of everything that speech does not dictate: head, brows, eyes, and what a feeling does to the mouth. It is drawn from the voice and from chance; the same seed gives the
 * same performance. Rules, sources and measures: docs/performance.md. Memory: some 20 numbers a frame.
 */
import { type ChannelName, channel } from '../motion/channels.ts';
import { createRandom, type Random } from '../tensor/random.ts';
import { type Affect, drawAffect } from './affect.ts';
import { addBump, between, framesPerSecond, glide, type Key, smoothCurve } from './curves.ts';
import { bearings, type EmotionChoice, type EmotionName, emotionFace, sides } from './emotions.ts';
import { drawBlinks, drawGaze, type EyeControls } from './eyes.ts';
import { drawHead } from './head.ts';
import { type Prosody, readProsody, type VoiceCurves } from './prosody.ts';

export interface PerformanceControls {
  readonly seed: number;
  /** 0..2: scales head rotation and translation. */
  readonly headMotion: number;
  /** 0..2: scales brows, lids and feelings. */
  readonly expression: number;
  /** EMO's head speed, 1..9. */
  readonly speed: number;
  /** Blinks a minute. */
  readonly blink: number;
  readonly gaze: EyeControls['gaze'];
  /** Absent: what the voice and chance suggest. */
  readonly emotion?: EmotionChoice | undefined;
  /** Resting turn of the head: pitch, yaw, roll in degrees. */
  readonly pose: readonly [number, number, number];
  /** Nothing but lips moves. */
  readonly still: boolean;
}

export interface Performance {
  readonly frames: number;
  /** Writes frame `index` into `out` [58]: every channel, the mouth's as offsets that `blendMouth` joins to the lips. */
  read(index: number, out: Float32Array): void;
}

// Streams of the seed's random numbers; clips of the lips use 0, 1, 2 …
const streams = { affect: 2 ** 31, head: 2 ** 31 + 1, face: 2 ** 31 + 2, blinks: 2 ** 31 + 3, gaze: 2 ** 31 + 4 } as const;

/** 25 frames a second, `frames` of them. */
export function drawPerformance(voice: VoiceCurves, frames: number, controls: PerformanceControls): Performance {
  const curves = new Map<ChannelName, Float32Array>();
  if (!controls.still) drawCurves(curves, voice, frames, controls);
  const rows = [...curves].map(([name, curve]) => [channel[name], curve] as const);
  return {
    frames,
    read(index, out) {
      out.fill(0);
      for (const [row, curve] of rows) out[row] = curve[Math.min(index, frames - 1)];
    },
  };
}

function drawCurves(curves: Map<ChannelName, Float32Array>, voice: VoiceCurves, frames: number, controls: PerformanceControls): void {
  const { seed, headMotion, expression, emotion, pose } = controls;
  const name: EmotionName = emotion?.name ?? 'neutral';
  const strength = emotion?.strength ?? 0;
  const prosody = readProsody(voice, frames);
  const chance = (stream: keyof typeof streams): Random => createRandom(seed, streams[stream] + 8 * digest(voice));
  const affect = drawAffect(chance('affect'), prosody, strength);
  const head = drawHead(chance('head'), prosody, affect, { speed: controls.speed, emotion: name });
  const angle = (curve: Float32Array, rest: number) => curve.map((value) => rest + headMotion * value);
  const [pitch, yaw, roll] = [angle(head.pitch, pose[0]), angle(head.yaw, pose[1]), angle(head.roll, pose[2])];
  curves.set('headPitch', pitch).set('headYaw', yaw).set('headRoll', roll);
  curves.set('headX', angle(head.x, 0)).set('headY', angle(head.y, 0)).set('headZ', angle(head.z, 0));

  const add: Add = (shape, value, skew = 0) => {
    for (const [side, channelName] of sides(shape).entries()) {
      const curve = curves.get(channelName) ?? new Float32Array(frames);
      const share = expression * (1 + (side === 0 ? skew : -skew));
      for (let i = 0; i < frames; i++) curve[i] += share * value(i);
      curves.set(channelName, curve);
    }
  };
  // A wished feeling takes the place of those that chance would have shown; `neutral` is nothing but calm.
  const own = emotion === undefined ? 1 : 1 - 0.85 * Math.max(strength, emotion.name === 'neutral' ? 1 : 0);
  drawFace(add, chance('face'), prosody, affect, own);
  for (const [shape, value] of emotionFace(name)) add(shape, (i) => value * affect.emotion[i]);

  const eyes: EyeControls = { blink: controls.blink, gaze: controls.gaze, gazeDown: strength * bearings[name].gazeDown };
  const shut = drawBlinks(chance('blinks'), prosody, eyes);
  for (const side of ['eyeBlinkLeft', 'eyeBlinkRight'] as const) {
    const lowered = curves.get(side);
    curves.set(side, shut.map((value, i) => Math.min(1, Math.max(value, lowered?.[i] ?? 0))));
  }
  const { right, up } = drawGaze(chance('gaze'), prosody, { yaw, pitch }, eyes);
  const positive = (curve: Float32Array, sign: number) => curve.map((value) => Math.max(0, sign * value));
  curves.set('eyeLookOutLeft', positive(right, 1)).set('eyeLookInRight', positive(right, 1));
  curves.set('eyeLookInLeft', positive(right, -1)).set('eyeLookOutRight', positive(right, -1));
  curves.set('eyeLookUpLeft', positive(up, 1)).set('eyeLookUpRight', positive(up, 1));
  curves.set('eyeLookDownLeft', positive(up, -1)).set('eyeLookDownRight', positive(up, -1));
}

/** 20 bits of a voice's level (FNV-1a; Fowler, Noll, Vo), so that two sounds with the same seed do not blink and nod at the same times. */
function digest({ logEnergy }: VoiceCurves): number {
  let hash = 0x811c9dc5;
  for (const value of logEnergy) hash = Math.imul(hash ^ (Math.round(4 * value) & 0xff), 0x01000193);
  return hash >>> 12;
}

type Add = (shape: string, value: (index: number) => number, skew?: number) => void;

/** Smiles, brows and lids of a face that feels what it says, by `own` 0..1. */
function drawFace(add: Add, random: Random, prosody: Prosody, affect: Affect, own: number): void {
  const { frames, phrases, stresses, notes } = prosody;
  const skew = 0.08 * random.normal(); // nobody smiles evenly
  const lifts: Key[] = [];
  for (const [i, { start, end, pauseAfter }] of phrases.entries()) {
    const { arousal } = affect.phrases[i];
    const level = Math.max(0, 0.18 + 0.24 * arousal + 0.26 * random.normal());
    lifts.push({ at: start - between(random, 0.1, 0.3) * framesPerSecond, value: level, seconds: between(random, 0.4, 0.8) });
    lifts.push({ at: start + between(random, 0.6, 1.1) * framesPerSecond, value: between(random, 0.2, 0.6) * level, seconds: between(random, 0.5, 0.9) }); // brows tire soon
    if (pauseAfter > framesPerSecond / 2) lifts.push({ at: end, value: 0, seconds: between(random, 0.5, 0.9) });
  }
  const lift = glide(frames, lifts);
  for (const { at, strength } of stresses) {
    if (random.uniform() > 0.55 * Math.min(1, strength + 0.25)) continue;
    addBump(lift, at - between(random, 0.08, 0.24) * framesPerSecond, between(random, 0.5, 0.95), between(random, 0.55, 1.05) * Math.min(1.1, strength));
  }
  const strain = new Float32Array(frames); // of a long note: brows go up in the middle and knit
  for (const { start, end } of notes) {
    if (end - start > 0.8 * framesPerSecond) addBump(strain, (start + end) / 2, ((end - start) / framesPerSecond) * 1.1, between(random, 0.3, 0.8));
  }
  const tension = smoothCurve(strain, 3);
  const smile = affect.valence.map((valence, i) => Math.min(0.68, own * Math.max(0, valence) ** 1.15 * 0.74 * (0.88 + 0.3 * affect.arousal[i])));
  const worry = affect.valence.map((valence) => own * Math.max(0, -valence - 0.08) * 0.7);
  add('mouthSmile', (i) => smile[i], skew);
  add('mouthDimple', (i) => 0.15 * smile[i]);
  add('cheekSquint', (i) => 0.6 * smile[i]);
  add('eyeSquint', (i) => 0.4 * smile[i] + 0.25 * worry[i] + 0.2 * own * tension[i]);
  add('browInnerUp', (i) => (0.3 + 0.7 * own) * Math.min(0.95, Math.max(0, lift[i])) + 0.5 * own * tension[i] + 0.35 * worry[i]);
  add('browOuterUp', (i) => (0.3 + 0.7 * own) * 0.8 * Math.min(0.95, Math.max(0, lift[i])), skew);
  add('browDown', (i) => 0.75 * worry[i] + 0.3 * own * tension[i]);
  add('mouthFrown', (i) => 0.3 * worry[i]);
  add('eyeWide', (i) => 0.3 * Math.max(0, lift[i] - 0.35));
}
