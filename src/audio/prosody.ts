/** How a voice rises and falls: loudness, pitch and voicing, one value a video frame, gathered while the sound is read. */
import { speechRate } from './sound.ts';

/** Each [frames], 25 a second; frame f covers the time from f / 25 to (f + 1) / 25. */
export interface ProsodyCurves {
  /** Natural logarithm of the root mean square, full scale at 0; at least -11.5. */
  readonly logEnergy: Float32Array;
  /** Hz, 0 where nothing is voiced. */
  readonly pitch: Float32Array;
  /** Share of the frame that is voiced, 0..1. */
  readonly voiced: Float32Array;
}

export interface ProsodyMeter {
  /** Mono, 16 kHz. */
  push(block: Float32Array): void;
  finish(): ProsodyCurves;
}

const framesPerSecond = 25;
const looksPerFrame = 2; // every 20 ms
const decimation = 4;
const rate = speechRate / decimation; // 4 kHz: the lower harmonics tell the pitch
const hop = rate / framesPerSecond / looksPerFrame;
const window = 160; // 40 ms: three periods of a low voice
const shortestLag = Math.floor(rate / 500); // Hz
const longestLag = Math.ceil(rate / 70);
const leastPeriodicity = 0.62;
const octaveCost = 0.08; // a period and its double look alike: the longer one must be this much better
const silence = 1e-5;
const leastVoicedLevel = 4e-4; // root mean square, -68 dB: hum below it is no voice

/** Pitch as the lag of the largest normalised cross-correlation of neighbouring windows: Talkin 1995, "A robust algorithm for pitch tracking (RAPT)", equation 6, without its path search. */
export function createProsodyMeter(): ProsodyMeter {
  const recent = new Float64Array(window + longestLag); // the latest samples at 4 kHz, oldest first
  const looks: { energy: number; hz: number }[] = [];
  const curves = { logEnergy: [] as number[], pitch: [] as number[], voiced: [] as number[] };
  const pending = new Float64Array(hop);
  let [pendingCount, partial, partialCount, energy] = [0, 0, 0, 0];

  const look = (): void => {
    recent.copyWithin(0, hop);
    recent.set(pending, recent.length - hop);
    looks.push({ energy: energy / (hop * decimation), hz: findPitch(recent) });
    energy = 0;
    if (looks.length === looksPerFrame) endFrame();
  };

  const endFrame = (): void => {
    const heard = looks.filter(({ hz }) => hz > 0);
    curves.logEnergy.push(Math.log(Math.sqrt(looks.reduce((sum, one) => sum + one.energy, 0) / looks.length) + silence));
    curves.pitch.push(heard.length > 0 ? heard.reduce((sum, { hz }) => sum + hz, 0) / heard.length : 0);
    curves.voiced.push(heard.length / looks.length);
    looks.length = 0;
  };

  const pushSample = (sample: number): void => {
    energy += sample * sample;
    partial += sample;
    if (++partialCount < decimation) return;
    pending[pendingCount++] = partial / decimation;
    [partial, partialCount] = [0, 0];
    if (pendingCount < hop) return;
    pendingCount = 0;
    look();
  };

  return {
    push(block) {
      for (const sample of block) pushSample(sample);
    },
    finish() {
      while (pendingCount > 0 || partialCount > 0 || looks.length > 0) pushSample(0);
      return { logEnergy: Float32Array.from(curves.logEnergy), pitch: Float32Array.from(curves.pitch), voiced: Float32Array.from(curves.voiced) };
    },
  };
}

/** Hz of `samples` [window + longestLag] at 4 kHz, 0 for none. */
function findPitch(samples: Float64Array): number {
  let mean = 0;
  for (const sample of samples) mean += sample / samples.length;
  let power = 0;
  for (let i = 0; i < window; i++) power += (samples[i] - mean) ** 2;
  if (Math.sqrt(power / window) < leastVoicedLevel) return 0;
  const periodicity = new Float64Array(longestLag + 2);
  let powerThere = 0;
  for (let i = 0; i < window; i++) powerThere += (samples[i + shortestLag] - mean) ** 2;
  for (let lag = shortestLag; lag <= longestLag; lag++) {
    let product = 0;
    for (let i = 0; i < window; i++) product += (samples[i] - mean) * (samples[i + lag] - mean);
    periodicity[lag] = product / Math.sqrt(power * powerThere + 1e-12);
    powerThere += (samples[lag + window] - mean) ** 2 - (samples[lag] - mean) ** 2;
  }
  let [best, bestLag] = [leastPeriodicity, 0];
  for (let lag = shortestLag + 1; lag < longestLag; lag++) {
    const isPeak = periodicity[lag] >= periodicity[lag - 1] && periodicity[lag] > periodicity[lag + 1];
    if (isPeak && periodicity[lag] > best + (bestLag > 0 ? octaveCost : 0)) [best, bestLag] = [periodicity[lag], lag];
  }
  if (bestLag === 0) return 0;
  const [left, top, right] = [periodicity[bestLag - 1], periodicity[bestLag], periodicity[bestLag + 1]];
  return rate / (bestLag + (0.5 * (left - right)) / (left - 2 * top + right || 1)); // the parabola's top
}
