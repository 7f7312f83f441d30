/**
 * What a feeling looks like, as coefficients at full strength: the action units of EMFACS (Friesen, Ekman 1983; Ekman, Friesen, Hager 2002, "Facial Action Coding System") on ARKit's shapes,
 * at the strengths of a visible but not a theatrical face. Mouth shapes are blended into speech by `src/motion/blend.ts`.
 */
import type { ChannelName } from '../motion/channels.ts';

export const emotionNames = ['neutral', 'happy', 'sad', 'angry', 'surprised', 'afraid', 'disgusted'] as const;
export type EmotionName = (typeof emotionNames)[number];

export interface EmotionChoice {
  readonly name: EmotionName;
  /** 0..1 */
  readonly strength: number;
}

/** A face, `Left` and `Right` written once. */
type Pattern = Readonly<Record<string, number>>;

const patterns: Readonly<Record<EmotionName, Pattern>> = {
  neutral: {},
  happy: { mouthSmile: 0.75, mouthDimple: 0.15, cheekSquint: 0.6, eyeSquint: 0.35, browInnerUp: 0.08, browOuterUp: 0.12 }, // 6 + 12
  sad: { browInnerUp: 0.8, browDown: 0.2, mouthFrown: 0.65, mouthShrugLower: 0.25, eyeSquint: 0.12, eyeBlink: 0.14, cheekSquint: 0.1 }, // 1 + 4 + 15 + 17
  angry: { browDown: 0.9, eyeSquint: 0.35, eyeWide: 0.25, noseSneer: 0.3, mouthFrown: 0.25, mouthPress: 0.25, mouthUpperUp: 0.08 }, // 4 + 5 + 7 + 23
  surprised: { browInnerUp: 0.95, browOuterUp: 0.9, eyeWide: 0.7, jawOpen: 0.06, mouthFunnel: 0.05 }, // 1 + 2 + 5 + 26
  afraid: { browInnerUp: 0.85, browOuterUp: 0.35, browDown: 0.35, eyeWide: 0.65, mouthStretch: 0.45, mouthFrown: 0.1, jawOpen: 0.03 }, // 1 + 2 + 4 + 5 + 20
  disgusted: { noseSneer: 0.85, mouthUpperUp: 0.25, mouthFrown: 0.25, browDown: 0.5, eyeSquint: 0.4, cheekSquint: 0.35, mouthShrugUpper: 0.15 }, // 9 + 10 + 15
};

/** How a feeling holds the head, degrees; and how quick (1: as ever) and how large (1) it makes its motion. */
export const bearings: Readonly<Record<EmotionName, { pitch: number; roll: number; pace: number; size: number; gazeDown: number }>> = {
  neutral: { pitch: 0, roll: 0, pace: 1, size: 0.9, gazeDown: 0 },
  happy: { pitch: -1, roll: 1, pace: 1.1, size: 1.15, gazeDown: 0 },
  sad: { pitch: 4, roll: 1.5, pace: 0.7, size: 0.8, gazeDown: 0.12 },
  angry: { pitch: 2.5, roll: 0, pace: 1.2, size: 1.1, gazeDown: 0 },
  surprised: { pitch: -2, roll: 0, pace: 1.1, size: 1, gazeDown: 0 },
  afraid: { pitch: -1.5, roll: 0, pace: 1.25, size: 0.7, gazeDown: 0 },
  disgusted: { pitch: -1.5, roll: -1.5, pace: 0.95, size: 0.9, gazeDown: 0.05 },
};

/** Shapes at full strength. */
export function emotionFace(name: EmotionName): [string, number][] {
  return Object.entries(patterns[name]);
}

const middle = new Set(['browInnerUp', 'mouthShrugLower', 'mouthShrugUpper', 'jawOpen', 'mouthFunnel']);

/** The channels of a shape: one, or left and right. */
export function sides(shape: string): ChannelName[] {
  return (middle.has(shape) ? [shape] : [`${shape}Left`, `${shape}Right`]) as ChannelName[];
}
