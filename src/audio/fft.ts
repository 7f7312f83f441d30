/** Fourier transform of any length, fast for small prime factors (Whisper's is 400 = 4 * 4 * 5 * 5): Stockham's self-sorting form of Cooley and Tukey 1965. */

export interface Fft {
  readonly size: number;
  /** X[k] = sum over n of x[n] exp(-2 pi i k n / size), in place; both [size]. */
  transform(real: Float64Array, imaginary: Float64Array): void;
}

/** Tables and working memory for one length. */
export function createFft(size: number): Fft {
  const cosines = Float64Array.from({ length: size }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  const factors = factorise(size);
  const spare = { real: new Float64Array(size), imaginary: new Float64Array(size) };

  /**
   * One stage: `stride` transforms of `length` points lie interleaved in x; each is split into `radix` of length / radix points, in y.
   * y[k + stride (radix j + q)] = exp(-2 pi i j q / length) * sum over r of x[k + stride (j + part r)] exp(-2 pi i q r / radix)
   */
  const runStage = (x: Signal, y: Signal, length: number, stride: number, radix: number): void => {
    const part = length / radix;
    const rootStep = size / radix;
    for (let j = 0; j < part; j++) {
      for (let q = 0; q < radix; q++) {
        const twist = (j * q * stride) % size; // length * stride = size
        const twistReal = cosines[twist];
        const twistImaginary = sines[twist];
        for (let k = 0; k < stride; k++) {
          let sumReal = 0;
          let sumImaginary = 0;
          for (let r = 0, root = 0, from = k + stride * j; r < radix; r++, from += stride * part) {
            sumReal += x.real[from] * cosines[root] - x.imaginary[from] * sines[root];
            sumImaginary += x.real[from] * sines[root] + x.imaginary[from] * cosines[root];
            root += q * rootStep;
            if (root >= size) root -= size;
          }
          const to = k + stride * (radix * j + q);
          y.real[to] = sumReal * twistReal - sumImaginary * twistImaginary;
          y.imaginary[to] = sumReal * twistImaginary + sumImaginary * twistReal;
        }
      }
    }
  };

  return {
    size,
    transform(real, imaginary) {
      let from: Signal = { real, imaginary };
      let to: Signal = spare;
      let stride = 1;
      for (const radix of factors) {
        runStage(from, to, size / stride, stride, radix);
        [from, to] = [to, from];
        stride *= radix;
      }
      if (from === spare) {
        real.set(spare.real);
        imaginary.set(spare.imaginary);
      }
    },
  };
}

interface Signal {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** 400 -> [4, 4, 5, 5]; a prime stays whole. */
function factorise(size: number): number[] {
  const factors: number[] = [];
  let rest = size;
  const divideBy = (factor: number): void => {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  };
  for (const factor of [4, 2, 3, 5]) divideBy(factor);
  for (let factor = 7; rest > 1; factor += 2) divideBy(factor);
  return factors;
}
