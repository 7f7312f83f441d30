/** The motion vector: 52 ARKit coefficients (Live Link Face order), head rotation, head translation. */

/** ARKit's blend shape coefficients in Live Link Face's column order; each in 0..1. "Left" is the portrait's own left (image right). */
export const coefficientNames = [
  'eyeBlinkLeft', 'eyeLookDownLeft', 'eyeLookInLeft', 'eyeLookOutLeft', 'eyeLookUpLeft', 'eyeSquintLeft', 'eyeWideLeft',
  'eyeBlinkRight', 'eyeLookDownRight', 'eyeLookInRight', 'eyeLookOutRight', 'eyeLookUpRight', 'eyeSquintRight', 'eyeWideRight',
  'jawForward', 'jawRight', 'jawLeft', 'jawOpen',
  'mouthClose', 'mouthFunnel', 'mouthPucker', 'mouthRight', 'mouthLeft', 'mouthSmileLeft', 'mouthSmileRight',
  'mouthFrownLeft', 'mouthFrownRight', 'mouthDimpleLeft', 'mouthDimpleRight', 'mouthStretchLeft', 'mouthStretchRight',
  'mouthRollLower', 'mouthRollUpper', 'mouthShrugLower', 'mouthShrugUpper', 'mouthPressLeft', 'mouthPressRight',
  'mouthLowerDownLeft', 'mouthLowerDownRight', 'mouthUpperUpLeft', 'mouthUpperUpRight',
  'browDownLeft', 'browDownRight', 'browInnerUp', 'browOuterUpLeft', 'browOuterUpRight',
  'cheekPuff', 'cheekSquintLeft', 'cheekSquintRight', 'noseSneerLeft', 'noseSneerRight', 'tongueOut',
] as const; // biome-ignore format: a table

/**
 * Head pose relative to the portrait's own. Head frame: x to the image's right, y up, z towards the viewer; right-handed; R = Rz(roll) Ry(yaw) Rx(pitch).
 * Degrees: pitch > 0 nods down, yaw > 0 turns the nose to the image's right, roll > 0 turns counter-clockwise in the image. Translation in face heights (landmark 10 to 152).
 */
export const headNames = ['headPitch', 'headYaw', 'headRoll', 'headX', 'headY', 'headZ'] as const;

export const channelNames = [...coefficientNames, ...headNames] as const;
export type ChannelName = (typeof channelNames)[number];

/** 58 */
export const channelCount = channelNames.length;
export const coefficientCount = coefficientNames.length;

/** Index of each channel in a motion vector. */
export const channel = Object.fromEntries(channelNames.map((name, index) => [name, index])) as Record<ChannelName, number>;
