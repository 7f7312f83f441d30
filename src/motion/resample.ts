/** Motion at another frame rate: the motion is interpolated, never the pictures. */
import { channelCount, coefficientCount } from './channels.ts';
import { lipOpening, mouthChannels } from './groups.ts';

export interface ResampleOptions {
  /** Frames a second of the source and of the result. */
  sourceFps: number;
  fps: number;
  /** Frames of the result. */
  frames: number;
}

// Frames kept on either side of the wanted moment: two for the cubic; a lip closure is looked for up to half a frame of the result away, plus its neighbour.
const reachFor = (step: number): number => Math.max(3, Math.ceil(step / 2) + 2);
// A dip of the lips counts as a closure from here on, in units of jawOpen: smaller ones are noise.
const leastDip = 0.01;

/**
 * Motion vectors [58] of `source` at another rate, one frame at a time. Frame f covers the time from f / fps to (f + 1) / fps and is taken at its middle, on both sides.
 * Coefficients: monotone cubic (Fritsch, Carlson 1980), which never leaves the range of its neighbours. Head: Catmull-Rom, which does not flatten its turns.
 * Where the lips meet between two frames of the result, the nearer one shows them met.
 * A source that ends early is held at its last frame.
 */
export async function* resampleMotion(source: AsyncIterable<Float32Array>, { sourceFps, fps, frames }: ResampleOptions): AsyncGenerator<Float32Array> {
  const step = sourceFps / fps;
  const window = slidingWindow(source, reachFor(step));
  try {
    for (let index = 0; index < frames; index++) {
      const position = Math.max(0, (index + 0.5) * step - 0.5);
      await window.moveTo(Math.floor(position));
      yield step === 1 ? window.at(index).slice() : interpolate(window.at, Math.min(position, window.lastIndex()), step);
    }
  } finally {
    await window.close();
  }
}

type FrameAt = (index: number) => Float32Array;

function interpolate(at: FrameAt, position: number, step: number): Float32Array {
  const result = new Float32Array(channelCount);
  const left = Math.floor(position);
  const t = position - left;
  const [a, b, c, d] = [at(left - 1), at(left), at(left + 1), at(left + 2)];
  for (let i = 0; i < channelCount; i++) {
    const [p, q, r, s] = [a[i], b[i], c[i], d[i]];
    const slopes = i < coefficientCount ? [monotoneSlope(q - p, r - q), monotoneSlope(r - q, s - r)] : [(r - p) / 2, (s - q) / 2];
    result[i] = hermite(q, r, slopes[0], slopes[1], t);
  }
  const closure = nearestClosure(at, position, step / 2);
  if (closure !== undefined) for (const i of mouthChannels) result[i] = at(closure)[i] as number;
  return result;
}

/** Slope at a knot between secants `before` and `after` at even spacing: their harmonic mean, 0 at a turn (Fritsch, Butland 1984). */
function monotoneSlope(before: number, after: number): number {
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
}

function hermite(from: number, to: number, slopeFrom: number, slopeTo: number, t: number): number {
  const t2 = t * t;
  const t3 = t2 * t;
  return (2 * t3 - 3 * t2 + 1) * from + (t3 - 2 * t2 + t) * slopeFrom + (3 * t2 - 2 * t3) * to + (t3 - t2) * slopeTo;
}

/** The source frame within `distance` of `position` where the lips come nearest to each other between two more open ones. */
function nearestClosure(at: FrameAt, position: number, distance: number): number | undefined {
  let best: number | undefined;
  for (let k = Math.ceil(position - distance); k <= position + distance; k++) {
    const opening = lipOpening(at(k));
    const dip = Math.min(lipOpening(at(k - 1)), lipOpening(at(k + 1))) - opening;
    if (dip >= leastDip && (best === undefined || opening < lipOpening(at(best)))) best = k;
  }
  return best;
}

/** The frames of `source` around a moment that only moves forward; the outermost frames go on for ever. */
function slidingWindow(source: AsyncIterable<Float32Array>, reach: number) {
  const iterator = source[Symbol.asyncIterator]();
  const kept: Float32Array[] = [];
  let first = 0; // index of kept[0]
  let hasEnded = false;
  return {
    async moveTo(index: number): Promise<void> {
      while (!hasEnded && first + kept.length <= index + reach) {
        const { done, value } = await iterator.next();
        if (done) hasEnded = true;
        else kept.push(value);
      }
      while (kept.length > 1 && first < index - reach) {
        kept.shift();
        first++;
      }
      if (kept.length === 0) throw new RangeError('resampleMotion: the source has no frames');
    },
    at: (index: number): Float32Array => kept[Math.min(kept.length - 1, Math.max(0, index - first))] as Float32Array,
    lastIndex: (): number => (hasEnded ? first + kept.length - 1 : Number.POSITIVE_INFINITY),
    close: async (): Promise<void> => {
      await iterator.return?.();
    },
  };
}
