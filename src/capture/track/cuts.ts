/** Suspects cuts: two neighbouring frames with little in common. The tracker then looks at the face. */
import type { Pixels } from '../../face/pixels.ts';

const [columns, rows, dotsPerSide] = [32, 18, 3];
/** Mean difference of the small grey pictures, 0..1. Speakers who move: below 0.03; between two scenes: 0.1 and more. */
const leastDifference = 0.08;
/** And so many times that of the frames before: a camera that shakes is no cut. */
const leastRatio = 4;
/** Larger changes of brightness are no light that changes. */
const mostGain = 2.5;
const memory = 0.85; // share of the old in the running mean

/** Give it the frames in order; true at the first frame of a new scene. */
export function createCutDetector(): (frame: Pixels) => boolean {
  let [before, now] = [new Float32Array(columns * rows), new Float32Array(columns * rows)];
  let seen = 0;
  let usual = 0;
  return (frame) => {
    [before, now] = [now, before];
    shrink(frame, now);
    if (seen++ === 0) return false;
    const difference = meanDifference(before, now);
    const isSuspect = difference > leastDifference && difference > leastRatio * usual;
    if (!isSuspect) usual = usual * memory + difference * (1 - memory);
    return isSuspect;
  };
}

/** Grey of a few dots in every cell into `small` [18, 32], 0..1. */
function shrink({ width, height, rgb }: Pixels, small: Float32Array): void {
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to++) {
      let sum = 0;
      for (let dot = 0; dot < dotsPerSide * dotsPerSide; dot++) {
        const x = Math.floor(((column + ((dot % dotsPerSide) + 0.5) / dotsPerSide) / columns) * width);
        const y = Math.floor(((row + (Math.floor(dot / dotsPerSide) + 0.5) / dotsPerSide) / rows) * height);
        const at = (y * width + x) * 3;
        sum += rgb[at] + 2 * rgb[at + 1] + rgb[at + 2];
      }
      small[to] = sum / (4 * 255 * dotsPerSide * dotsPerSide);
    }
  }
}

/** Differences of brightness alone (a flash, a camera that adapts) do not count, but black does. */
function meanDifference(before: Float32Array, now: Float32Array): number {
  let [meanBefore, meanNow] = [0, 0];
  for (let k = 0; k < now.length; k++) {
    meanBefore += before[k] / now.length;
    meanNow += now[k] / now.length;
  }
  let plain = 0;
  let shaped = 0;
  const ratio = (meanBefore + 0.02) / (meanNow + 0.02);
  const gain = ratio > 1 / mostGain && ratio < mostGain ? ratio : 1;
  for (let k = 0; k < now.length; k++) {
    plain += Math.abs(now[k] - before[k]) / now.length;
    shaped += Math.abs(now[k] * gain - before[k]) / now.length;
  }
  return Math.min(plain, shaped);
}
