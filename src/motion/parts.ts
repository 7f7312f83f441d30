/** What of a face a take may move: the parts that --drive names. */
import { channelCount, channelNames } from './channels.ts';
import { headChannels, isMouth } from './groups.ts';

export const partNames = ['lips', 'head', 'eyes', 'brows', 'affect'] as const;
export type Part = (typeof partNames)[number];

/**
 * [58] The part that a channel belongs to. `affect` has no channels of its own: it is what a feeling does to a mouth whose lips somebody else moves (`isAffect`).
 */
export const partOf: readonly Exclude<Part, 'affect'>[] = channelNames.map((name, index) => {
  if (isMouth[index]) return 'lips';
  if (headChannels.includes(index)) return 'head';
  return name.startsWith('brow') ? 'brows' : 'eyes';
});

/** [58] Shapes of the mouth, the cheeks and the nose that feelings make and that leave the lips free to speak. */
export const isAffect: readonly boolean[] = channelNames.map((name) => /^(mouth(Smile|Frown|Dimple|Stretch|Press)|cheekSquint|noseSneer)/.test(name));

/** Writes those channels of `from` [58] into `to` [58] that belong to `parts`. */
export function copyParts(from: Float32Array, to: Float32Array, parts: ReadonlySet<Part>): void {
  for (let i = 0; i < channelCount; i++) if (parts.has(partOf[i])) to[i] = from[i];
}
