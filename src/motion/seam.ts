/** Lets a clip begin where the one before ended. */
import { channelCount } from './channels.ts';
import { browChannels, eyeMoodChannels, headChannels, mouthChannels } from './groups.ts';

// Frames until a clip has its own course again. The mouth belongs to its sound and is not touched: a shift would open lips that are to meet.
const slowFrames = 20; // 0.8 s: the head may not be seen to correct itself
const quickFrames = 4; // blinks and gaze are quick by nature

const slow = new Set([...headChannels, ...browChannels, ...eyeMoodChannels]);
const mouth = new Set(mouthChannels);
const lengths = Array.from({ length: channelCount }, (_, index) => (mouth.has(index) ? 0 : slow.has(index) ? slowFrames : quickFrames));

// Frames over which speeds at the seam are averaged: single differences are noise.
const speedFrames = 3;

/**
 * Bends the beginning of `clip` [frames * 58], in place, so that it goes on from the end of `before` [n * 58] in value and speed: the difference at the seam is added and fades
 * to nothing along a cubic (Hermite). The networks aim for this themselves (motion frames); what they miss would be a jerk.
 */
export function joinClips(before: Float32Array, clip: Float32Array): void {
  const last = before.length / channelCount - 1;
  const frames = clip.length / channelCount;
  for (let c = 0; c < channelCount; c++) {
    const length = Math.min(lengths[c], frames - 1);
    if (length < 2 || last < speedFrames) continue;
    const at = (frame: number) => clip[frame * channelCount + c];
    const ending = before[last * channelCount + c];
    const speedBefore = (ending - before[(last - speedFrames) * channelCount + c]) / speedFrames;
    const reach = Math.min(speedFrames, frames - 1);
    const speedAfter = (at(reach) - at(0)) / reach;
    const shift = ending + speedBefore - at(0);
    const drift = speedBefore - speedAfter;
    for (let frame = 0; frame < length; frame++) {
      const t = frame / length;
      const fade = (1 + 2 * t) * (1 - t) ** 2;
      const glide = length * t * (1 - t) ** 2;
      clip[frame * channelCount + c] += shift * fade + drift * glide;
    }
  }
}
