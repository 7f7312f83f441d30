/** Fourier transform of any length with small prime factors (Whisper's is 400 = 4 * 4 * 5 * 5): Cooley and Tukey 1965, decimation in time. */

export interface Fft {
  readonly size: number;
  /** X[k] = sum over n of x[n] exp(-2 pi i k n / size). `real` and `imaginary` [size] are read from the first pair and written into the second, which must be others. */
  transform(real: Float64Array, imaginary: Float64Array, outReal: Float64Array, outImaginary: Float64Array): void;
}

/** Tables and working memory for one length. One transform at a time. */
export function createFft(size: number): Fft {
  const cosines = Float64Array.from({ length: size }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  const factors = factorise(size);
  const partReal = new Float64Array(Math.max(...factors));
  const partImaginary = new Float64Array(Math.max(...factors));

  /** The transform of x[start + i * stride], i < length, into out[at..at + length - 1]. */
  const recurse = (real: Float64Array, imaginary: Float64Array, outReal: Float64Array, outImaginary: Float64Array, length: number, stride: number, start: number, at: number, level: number): void => {
    if (length === 1) {
      outReal[at] = real[start]!;
      outImaginary[at] = imaginary[start]!;
      return;
    }
    const radix = factors[level]!;
    const part = length / radix;
    for (let r = 0; r < radix; r++) recurse(real, imaginary, outReal, outImaginary, part, stride * radix, start + r * stride, at + r * part, level + 1);
    for (let k = 0; k < part; k++) {
      for (let r = 0; r < radix; r++) {
        const turn = (r * k * stride) % size; // exp(-2 pi i r k / length); length * stride = size
        const a = outReal[at + r * part + k]!;
        const b = outImaginary[at + r * part + k]!;
        partReal[r] = a * cosines[turn]! - b * sines[turn]!;
        partImaginary[r] = a * sines[turn]! + b * cosines[turn]!;
      }
      for (let q = 0; q < radix; q++) {
        let sumReal = 0;
        let sumImaginary = 0;
        for (let r = 0; r < radix; r++) {
          const turn = ((q * r) % radix) * (size / radix);
          sumReal += partReal[r]! * cosines[turn]! - partImaginary[r]! * sines[turn]!;
          sumImaginary += partReal[r]! * sines[turn]! + partImaginary[r]! * cosines[turn]!;
        }
        outReal[at + q * part + k] = sumReal;
        outImaginary[at + q * part + k] = sumImaginary;
      }
    }
  };

  return { size, transform: (real, imaginary, outReal, outImaginary) => recurse(real, imaginary, outReal, outImaginary, size, 1, 0, 0, 0) };
}

/** 400 -> [4, 4, 5, 5]; a prime stays whole. */
function factorise(size: number): number[] {
  const factors: number[] = [];
  let rest = size;
  for (const factor of [4, 2, 3, 5]) {
    while (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  for (let factor = 7; rest > 1; factor += 2) {
    while (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  return factors.length === 0 ? [1] : factors;
}
