/** The film begins and ends with the picture itself. */
import { channelCount } from './channels.ts';
import { isMouth } from './groups.ts';

// Seconds from rest to full motion. Lips must be there for the first sound; head and brows may take their time.
const mouthSeconds = 0.12;
const otherSeconds = 0.6;

/** Scales `motion` [58], frame `index` of `frames` at `fps`, in place: zero on the first and last frame, untouched further in. */
export function easeMotion(motion: Float32Array, index: number, frames: number, fps: number): void {
  const distance = Math.min(index, frames - 1 - index) / fps; // seconds to the nearer end
  const quarter = (frames - 1) / fps / 4; // short films: half of it moves in full
  const mouth = smoothStep(distance / Math.max(1e-9, Math.min(mouthSeconds, quarter)));
  const other = smoothStep(distance / Math.max(1e-9, Math.min(otherSeconds, quarter)));
  if (mouth === 1 && other === 1) return;
  for (let i = 0; i < channelCount; i++) motion[i] = motion[i] * (isMouth[i] ? mouth : other);
}

/** 0 up to 0, 1 from 1 on, 3 t² - 2 t³ between. */
export function smoothStep(t: number): number {
  const x = Math.min(1, Math.max(0, t));
  return x * x * (3 - 2 * x);
}
