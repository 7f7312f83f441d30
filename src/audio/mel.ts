/**
 * Whisper's log-mel spectrogram: Radford et al. 2022 (arXiv:2212.04356) section 2.2, openai-whisper's audio.py. Unlike there zeros, not mirrored samples,
 * lie beyond the ends of the sound (which begins and ends with digital silence anyway), so that it can be streamed.
 */

import { createFft } from './fft.ts';

export const melBins = 80;
export const hopSamples = 160; // 10 ms at 16 kHz
const sampleRate = 16_000;
const windowSamples = 400;
const spectrumBins = windowSamples / 2 + 1;
const leastPower = 1e-10;
const shownRange = 8; // powers of ten below the peak that are kept

/** Weights [80, 201] over |X[k]|^2: triangles of equal area on Slaney's mel scale, linear to 1 kHz and logarithmic above (librosa.filters.mel(sr=16000, n_fft=400, n_mels=80)). */
export function melFilters(): Float64Array[] {
  const logStep = Math.log(6.4) / 27;
  const toHz = (mel: number): number => (mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(logStep * (mel - 15)));
  const topMel = 15 + Math.log(sampleRate / 2 / 1000) / logStep;
  const edges = Array.from({ length: melBins + 2 }, (_, i) => toHz((topMel * i) / (melBins + 1)));
  return Array.from({ length: melBins }, (_, band) => {
    const [low, middle, high] = [edges[band], edges[band + 1], edges[band + 2]];
    return Float64Array.from({ length: spectrumBins }, (_, k) => {
      const hz = (k * sampleRate) / windowSamples;
      return Math.max(0, Math.min((hz - low) / (middle - low), (high - hz) / (high - middle))) * (2 / (high - low));
    });
  });
}

export interface MelAnalyser {
  /** samples [n] at 16 kHz -> log10 mel power [hops * 80], hop after hop, of the hops that are complete */
  push(block: Float32Array): Float32Array;
  /** The rest. In all there are floor(samples / 160) hops; hop h is centred on sample 160 h. */
  flush(): Float32Array;
}

export function createMelAnalyser(): MelAnalyser {
  const hann = Float64Array.from({ length: windowSamples }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowSamples));
  const bands = melFilters().map(packFilter);
  const fft = createFft(windowSamples);
  const real = new Float64Array(windowSamples);
  const imaginary = new Float64Array(windowSamples);
  const power = new Float64Array(spectrumBins);
  const nextPower = new Float64Array(spectrumBins);

  let held = new Float32Array(windowSamples / 2); // samples from the start of the next hop's window on; zeros before the sound
  let received = 0;
  let produced = 0;

  /** The hop at `start` and, in the imaginary part of the same transform, the one after it: X = A + iB, so A[k] = (X[k] + conj X[-k]) / 2. */
  const analysePair = (samples: Float32Array, start: number, hops: number, output: Float32Array, at: number): void => {
    const next = start + hopSamples;
    for (let i = 0; i < windowSamples; i++) {
      real[i] = samples[start + i] * hann[i];
      imaginary[i] = hops > 1 ? samples[next + i] * hann[i] : 0;
    }
    fft.transform(real, imaginary);
    for (let k = 0; k < spectrumBins; k++) {
      const mirror = (windowSamples - k) % windowSamples;
      power[k] = ((real[k] + real[mirror]) ** 2 + (imaginary[k] - imaginary[mirror]) ** 2) / 4;
      nextPower[k] = ((imaginary[k] + imaginary[mirror]) ** 2 + (real[mirror] - real[k]) ** 2) / 4;
    }
    writeBands(power, output, at);
    if (hops > 1) writeBands(nextPower, output, at + melBins);
  };

  const writeBands = (spectrum: Float64Array, output: Float32Array, at: number): void => {
    for (let band = 0; band < melBins; band++) {
      const { first, weights } = bands[band];
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * spectrum[first + i];
      output[at + band] = Math.log10(Math.max(sum, leastPower));
    }
  };

  const produce = (block: Float32Array, mostHops: number): Float32Array => {
    const samples = new Float32Array(held.length + block.length);
    samples.set(held);
    samples.set(block, held.length);
    const complete = samples.length < windowSamples ? 0 : Math.floor((samples.length - windowSamples) / hopSamples) + 1;
    const hops = Math.min(complete, mostHops - produced);
    const output = new Float32Array(hops * melBins);
    for (let hop = 0; hop < hops; hop += 2) analysePair(samples, hop * hopSamples, hops - hop, output, hop * melBins);
    produced += hops;
    held = samples.slice(hops * hopSamples);
    return output;
  };

  return {
    push(block) {
      received += block.length;
      return produce(block, Infinity);
    },
    flush: () => produce(new Float32Array(windowSamples), Math.floor(received / hopSamples)),
  };
}

/** log10 mel [hops * 80], one window -> what the encoder takes, in place: clipped to 8 below the peak (at least `peakFloor`), then (x + 4) / 4. */
export function scaleMel(window: Float32Array, peakFloor: number): Float32Array {
  let peak = peakFloor;
  for (const value of window) peak = Math.max(peak, value);
  const least = peak - shownRange;
  for (let i = 0; i < window.length; i++) window[i] = (Math.max(window[i], least) + 4) / 4;
  return window;
}

/** The part of a filter that is not zero. */
function packFilter(filter: Float64Array): { first: number; weights: Float64Array } {
  const first = filter.findIndex((weight) => weight > 0);
  return { first, weights: filter.slice(first, filter.findLastIndex((weight) => weight > 0) + 1) };
}
