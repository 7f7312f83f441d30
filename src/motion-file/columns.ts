/** The columns of Live Link Face's CSV against our channels: names, units and signs. docs/motion-files.md says where they are known from. */
import { channel, type ChannelName, coefficientNames } from '../motion/channels.ts';
import { channelRanges, radians, type Range } from './values.ts';

/** A column that is read into a channel: channel = column * scale. */
export interface Column {
  readonly name: string;
  readonly channel: number;
  readonly scale: number;
  readonly range: Range;
  readonly isOptional?: true;
}

const degreesInRadian = 180 / Math.PI;
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const angle = (name: ChannelName, sign: 1 | -1): Column => ({ name: capital(name), channel: channel[name], scale: sign * degreesInRadian, range: radians });
const plain = (name: ChannelName): Column => ({ name: capital(name), channel: channel[name], scale: 1, range: channelRanges[channel[name]] });

/** In the order of the file; the six columns of the eyes come between HeadRoll and HeadX. */
export const blendShapeColumns: readonly Column[] = coefficientNames.map(plain);
/** Yaw to the person's left, roll counter-clockwise in the picture: as ours. Pitch up: ours is down. */
export const headColumns: readonly Column[] = [angle('headYaw', 1), angle('headPitch', -1), angle('headRoll', 1)];
/** Live Link Face has no such columns; who reads by name passes over them. */
export const placeColumns: readonly Column[] = (['headX', 'headY', 'headZ'] as const).map((name) => ({ ...plain(name), isOptional: true }));

export const eyeColumnNames = ['LeftEyeYaw', 'LeftEyePitch', 'LeftEyeRoll', 'RightEyeYaw', 'RightEyePitch', 'RightEyeRoll'] as const;

// What an eye of our rig turns at eyeLook... = 1: GAZE_DEGREES in training/rig/eyes.py.
const gazeDegrees = { in: 24, out: 24, up: 15, down: 21 };

/** Radians, as in `eyeColumnNames`, of a motion vector [58]: yaw to the person's right, pitch down. Eyes do not roll. */
export function eyeAngles(motion: Float32Array): number[] {
  const { in: inner, out, up, down } = gazeDegrees;
  const of = (name: ChannelName): number => motion[channel[name]];
  const left = [of('eyeLookInLeft') * inner - of('eyeLookOutLeft') * out, of('eyeLookDownLeft') * down - of('eyeLookUpLeft') * up, 0];
  const right = [of('eyeLookOutRight') * out - of('eyeLookInRight') * inner, of('eyeLookDownRight') * down - of('eyeLookUpRight') * up, 0];
  return [...left, ...right].map((degrees) => degrees / degreesInRadian);
}
