/** Which channels of the motion vector belong together. */
import { type ChannelName, channel, channelNames, coefficientNames, headNames } from './channels.ts';

const indexesOf = (wanted: (name: ChannelName) => boolean): readonly number[] => channelNames.filter(wanted).map((name) => channel[name]);

/** Jaw, lips, cheeks, nose, tongue: what shapes the mouth and must be scaled as one, or lips that met no longer meet. */
export const mouthChannels = indexesOf((name) => /^(jaw|mouth|cheek|nose|tongue)/.test(name));
/** [58] */
export const isMouth: readonly boolean[] = channelNames.map((_, index) => mouthChannels.includes(index));
export const browChannels = indexesOf((name) => name.startsWith('brow'));
/** Squints and wide eyes. Blinks and gaze are not among them: a blink closes the eye whatever the mood. */
export const eyeMoodChannels = indexesOf((name) => /^eye(Squint|Wide)/.test(name));
export const lidChannels = indexesOf((name) => name.startsWith('eyeBlink'));
export const gazeChannels = indexesOf((name) => name.startsWith('eyeLook'));
export const headChannels = headNames.map((name) => channel[name]);
export const coefficientChannels = coefficientNames.map((name) => channel[name]);

/** Channels that part the lips, with their share: enough to find the moments when lips meet. */
const parting: readonly (readonly [number, number])[] = [
  [channel.jawOpen, 1],
  [channel.mouthClose, -1],
  [channel.mouthLowerDownLeft, 0.3],
  [channel.mouthLowerDownRight, 0.3],
  [channel.mouthUpperUpLeft, 0.2],
  [channel.mouthUpperUpRight, 0.2],
];

/** How far the lips are apart in a motion vector [58], roughly, in units of jawOpen; less than 0 where they press. */
export function lipOpening(motion: Float32Array): number {
  return parting.reduce((sum, [index, share]) => sum + share * motion[index], 0);
}
