/** Changes the sample rate of a stream: polyphase windowed sinc, Kaiser window. J. O. Smith, "Digital Audio Resampling" (CCRMA); Kaiser 1974. */

export interface Resampler {
  /** samples [n] at the old rate -> those at the new rate that are certain by now */
  push(block: Float32Array): Float32Array;
  /** The rest. In all there are ceil(samples * toRate / fromRate). */
  flush(): Float32Array;
}

const zeroCrossings = 48; // on each side: with the window below the pass band reaches 0.9 of the lower Nyquist frequency
const kaiserBeta = 7.857; // stop band under -80 dB: 0.1102 * (80 - 8.7), Kaiser 1974
const transition = 0.052; // width as a share of the lower rate: (80 - 8) / (2.285 * 2 pi * 2 * zeroCrossings)

/** Sample n of the output lies at the time of input sample n * fromRate / toRate: no delay. Zeros lie beyond both ends. Both rates are whole numbers in Hz. */
export function createResampler(fromRate: number, toRate: number): Resampler {
  if (fromRate === toRate) return { push: (block) => block.slice(), flush: () => new Float32Array(0) };
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const step = fromRate / divisor; // the output advances step / phases input samples
  const phases = toRate / divisor;
  const filters = createFilters(fromRate, toRate, phases);
  const half = filters.half;

  let held = new Float32Array(half); // input from index heldStart on; begins with the zeros before the sound
  let heldStart = -half;
  let received = 0;
  let produced = 0;

  const produce = (end: number): Float32Array => {
    const output = new Float32Array(Math.max(0, end - produced));
    for (let n = 0; n < output.length; n++, produced++) {
      const position = produced * step;
      const filter = filters.at(position % phases);
      const from = Math.floor(position / phases) - half + 1 - heldStart;
      let sum = 0;
      let oddSum = 0; // two sums: additions need not wait for each other
      for (let tap = 0; tap < filter.length; tap += 2) {
        sum += filter[tap] * held[from + tap];
        oddSum += filter[tap + 1] * held[from + tap + 1];
      }
      output[n] = sum + oddSum;
    }
    const spent = Math.floor((produced * step) / phases) - half + 1 - heldStart;
    if (spent > 0) {
      held = held.slice(spent);
      heldStart += spent;
    }
    return output;
  };

  const append = (block: Float32Array): void => {
    const joined = new Float32Array(held.length + block.length);
    joined.set(held);
    joined.set(block, held.length);
    held = joined;
  };

  return {
    push(block) {
      append(block);
      received += block.length;
      return produce(Math.floor(((received - half) * phases - 1) / step) + 1); // input up to the last tap must be there
    },
    flush() {
      append(new Float32Array(half + 1));
      return produce(Math.ceil((received * phases) / step));
    },
  };
}

/** The filter for each of `phases` positions between two input samples, [2 * half] each, made when first needed. */
function createFilters(fromRate: number, toRate: number, phases: number): { half: number; at(phase: number): Float32Array } {
  const lower = Math.min(1, toRate / fromRate); // the lower rate as a share of the input's
  const half = Math.ceil(zeroCrossings / lower);
  const cutoff = lower * (1 - transition); // twice the cut-off frequency as a share of the input rate
  const scale = besselI0(kaiserBeta);
  const made = new Map<number, Float32Array>();
  const make = (phase: number): Float32Array => {
    const filter = new Float64Array(2 * half);
    let sum = 0;
    for (let tap = 0; tap < filter.length; tap++) {
      const time = tap - half + 1 - phase / phases;
      const edge = time / half;
      const window = Math.abs(edge) < 1 ? besselI0(kaiserBeta * Math.sqrt(1 - edge * edge)) / scale : 0;
      filter[tap] = cutoff * sinc(cutoff * time) * window;
      sum += filter[tap];
    }
    return Float32Array.from(filter, (value) => value / sum); // gain 1 at 0 Hz in every phase
  };
  return {
    half,
    at(phase) {
      let filter = made.get(phase);
      if (!filter) made.set(phase, (filter = make(phase)));
      return filter;
    },
  };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind, order 0: the series of Abramowitz and Stegun 9.6.12. */
function besselI0(x: number): number {
  let sum = 1;
  for (let k = 1, term = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
