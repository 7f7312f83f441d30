/** Takes the tremble out of slow channels, without delay. */
import { channelCount } from './channels.ts';
import { browChannels, eyeMoodChannels, headChannels } from './groups.ts';

// Standard deviation of the Gaussian, in frames of 25 a second. Heads hardly move above 2 Hz (facts on 15 clips: a fiftieth of the variance), so of 1 Hz 92 % and of 4 Hz a quarter is kept.
// Mouth, lids and gaze are quick and stay as they are.
const headSigma = 1.6;
const browSigma = 1;
const reach = 5;

const kernels: (readonly number[] | undefined)[] = Array.from({ length: channelCount }, () => undefined);
for (const index of headChannels) kernels[index] = gaussian(headSigma);
for (const index of [...browChannels, ...eyeMoodChannels]) kernels[index] = gaussian(browSigma);

/** Weights for -reach … reach, sum 1. */
function gaussian(sigma: number): number[] {
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / sigma) ** 2));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

/** As many motion vectors [58] as `source` gives, head and brows smoothed; the outermost frames go on beyond the ends. */
export async function* smoothMotion(source: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  const around: Float32Array[] = []; // 2 reach + 1 frames, the middle one is next
  let [taken, given] = [0, 0];
  for await (const motion of source) {
    if (taken++ === 0) for (let i = 0; i < reach; i++) around.push(motion);
    around.push(motion);
    if (around.length <= 2 * reach) continue;
    yield weigh(around);
    around.shift();
    given++;
  }
  for (; given < taken; given++) {
    while (around.length <= 2 * reach) around.push(around.at(-1) as Float32Array);
    yield weigh(around);
    around.shift();
  }
}

function weigh(around: readonly Float32Array[]): Float32Array {
  const result = around[reach].slice();
  for (let c = 0; c < channelCount; c++) {
    const kernel = kernels[c];
    if (kernel) result[c] = kernel.reduce((sum, weight, i) => sum + weight * around[i][c], 0);
  }
  return result;
}
