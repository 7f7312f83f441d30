/**
 * Motion for a whole sound, clip by clip: each clip is diffused from noise, hears its own stretch of the sound and a little on either side,
 * and sees the last frames of the clip before (EMO's motion frames, arXiv:2402.17485 section 3.1). Memory is one clip, however long the sound.
 */
import { type DenoiseRows, withGuidance } from './diffusion/guidance.ts';
import { type SamplerName, samplers } from './diffusion/samplers.ts';
import { karrasSigmas, type SigmaRange } from './diffusion/schedule.ts';
import { AnimateError, throwIfCancelled } from './errors.ts';
import type { Manifest } from './model/manifest.ts';
import { type ChannelName, channel, channelCount, coefficientCount } from './motion/channels.ts';
import { createRandom, drawNormals } from './tensor/random.ts';
import { type RunNetwork, type Tensor, tensor } from './tensor/tensor.ts';

/** What the motion model was trained with: `motion` and `sound` of model.json. */
export interface ClipSettings {
  clipFrames: number;
  previousFrames: number;
  lookaheadFrames: number;
  /** Channels of the motion vector that the model makes, in its order. */
  channels: readonly ChannelName[];
  /** Motion = normalised * std + mean; [channels] each. */
  mean: readonly number[];
  std: readonly number[];
  tokenSize: number;
  /** Tokens a frame of motion. */
  tokensPerFrame: number;
  /** Tokens of silence that the token stream begins with. */
  tokensBefore: number;
}

export function clipSettings({ motion, sound }: Manifest): ClipSettings {
  const { tokensPerSecond, tokenSize, paddingSeconds } = sound;
  const channels = motion.channels as readonly ChannelName[];
  return { ...motion, channels, tokenSize, tokensPerFrame: tokensPerSecond / motion.fps, tokensBefore: tokensPerSecond * paddingSeconds };
}

export interface SampleMotionOptions extends SigmaRange {
  /** denoiser.onnx: docs/architecture.md "Denoiser network". */
  denoise: RunNetwork;
  settings: ClipSettings;
  /** Frames to give. */
  frames: number;
  /** Name of the solver. */
  name: SamplerName;
  steps: number;
  /** 1 follows the sound as learned, more follows it closer, 0 ignores it. */
  guidance: number;
  seed: number;
  signal?: AbortSignal | undefined;
}

/**
 * Motion vectors [58], `frames` of them at 25 a second: the channels that the model makes, coefficients in 0..1; the rest is 0. `tokens` are chunks [n * tokenSize] of any length, 50 a second;
 * beyond either end its outermost token goes on. The same seed gives the same motion.
 */
export async function* sampleMotion(tokens: AsyncIterable<Float32Array>, options: SampleMotionOptions): AsyncGenerator<Float32Array> {
  const { settings, frames, seed, signal } = options;
  const { clipFrames, previousFrames, lookaheadFrames, tokensPerFrame, tokensBefore } = settings;
  const channels = settings.mean.length;
  const sigmas = karrasSigmas(options.steps, options);
  const sound = tokenWindow(tokens, settings.tokenSize);
  let previous: Float32Array | undefined; // normalised, [previousFrames * channels]
  try {
    for (let first = 0; first < frames; first += clipFrames) {
      throwIfCancelled(signal);
      const heard = await sound.read(tokensBefore + (first - previousFrames) * tokensPerFrame, (previousFrames + clipFrames + lookaheadFrames) * tokensPerFrame);
      const denoiseRows = bindConditions(options, heard, previous);
      const noise = drawNormals(createRandom(seed, first / clipFrames), clipFrames * channels).map((value) => value * sigmas[0]);
      const clip = await samplers[options.name](withGuidance(denoiseRows, options.guidance), tensor(noise, [1, clipFrames, channels]), sigmas, { signal });
      boundCoefficients(clip.data, settings);
      previous = clip.data.slice((clipFrames - previousFrames) * channels);
      for (let frame = 0; frame < Math.min(clipFrames, frames - first); frame++) {
        yield denormalise(clip.data.subarray(frame * channels, (frame + 1) * channels), settings);
      }
    }
  } finally {
    await sound.close();
  }
}

/** Feeds a clip's conditions to every call. Row 0 hears the sound; row 1, guidance's unconditional one, does not, and differs in nothing else. */
function bindConditions({ denoise, settings }: SampleMotionOptions, heard: Float32Array, previous: Float32Array | undefined): DenoiseRows {
  const { previousFrames, mean, tokenSize } = settings;
  const perRow: Record<string, { values: Float32Array; shape: number[] }> = {
    sound: { values: heard, shape: [heard.length / tokenSize, tokenSize] },
    previous: { values: previous ?? new Float32Array(previousFrames * mean.length), shape: [previousFrames, mean.length] },
    has_previous: { values: Float32Array.of(previous ? 1 : 0), shape: [] },
  };
  const cache = new Map<number, Record<string, Tensor>>();
  const conditionsFor = (rows: number): Record<string, Tensor> => {
    const tensors = Object.fromEntries(Object.entries(perRow).map(([name, { values, shape }]) => [name, repeatRows(values, rows, shape)]));
    return { ...tensors, has_sound: tensor(Float32Array.of(1, 0).subarray(0, rows), [rows]) };
  };
  return async (x, sigma) => {
    const rows = x.shape[0];
    if (!cache.has(rows)) cache.set(rows, conditionsFor(rows));
    const { denoised } = await denoise({ x, sigma: tensor(new Float32Array(rows).fill(sigma), [rows]), ...cache.get(rows) });
    if (denoised?.data.length !== x.data.length) throw new AnimateError('model-mismatch', `denoiser: expected an answer of [${x.shape.join(', ')}], got [${denoised?.shape.join(', ')}]`);
    return denoised;
  };
}

function repeatRows(values: Float32Array, rows: number, shape: readonly number[]): Tensor {
  const data = new Float32Array(values.length * rows);
  for (let row = 0; row < rows; row++) data.set(values, row * values.length);
  return tensor(data, [rows, ...shape]);
}

/** Coefficients back into 0..1, in place, so that the next clip sees what is drawn. `normalised` [frames * channels]. */
function boundCoefficients(normalised: Float32Array, { channels, mean, std }: ClipSettings): void {
  for (let i = 0; i < normalised.length; i++) {
    const c = i % channels.length;
    if (channel[channels[c]] >= coefficientCount) continue;
    const [m, s] = [mean[c], std[c]];
    normalised[i] = Math.min((1 - m) / s, Math.max(-m / s, normalised[i]));
  }
}

/** [channels] -> motion vector [58] */
function denormalise(normalised: Float32Array, { channels, mean, std }: ClipSettings): Float32Array {
  const motion = new Float32Array(channelCount);
  for (let c = 0; c < channels.length; c++) motion[channel[channels[c]]] = normalised[c] * std[c] + mean[c];
  return motion;
}

/** Reads stretches of a token stream that only move forward; beyond either end the outermost token repeats. */
function tokenWindow(source: AsyncIterable<Float32Array>, tokenSize: number) {
  const iterator = source[Symbol.asyncIterator]();
  let kept = new Float32Array(0); // tokens first … first + kept.length / tokenSize - 1
  let first = 0;
  let hasEnded = false;
  const end = () => first + kept.length / tokenSize;

  const append = (chunk: Float32Array) => {
    if (chunk.length % tokenSize !== 0) throw new RangeError(`tokens: expected chunks of whole tokens of ${tokenSize} numbers, got ${chunk.length} numbers`);
    const joined = new Float32Array(kept.length + chunk.length);
    joined.set(kept);
    joined.set(chunk, kept.length);
    kept = joined;
  };
  return {
    /** [count * tokenSize] */
    async read(start: number, count: number): Promise<Float32Array> {
      while (!hasEnded && end() < start + count) {
        const { done, value } = await iterator.next();
        if (done) hasEnded = true;
        else append(value);
      }
      if (kept.length === 0) throw new RangeError('tokens: the stream is empty');
      const stretch = new Float32Array(count * tokenSize);
      for (let i = 0; i < count; i++) {
        const at = (Math.min(end() - 1, Math.max(first, start + i)) - first) * tokenSize;
        stretch.set(kept.subarray(at, at + tokenSize), i * tokenSize);
      }
      const unneeded = Math.min(Math.max(0, start - first), end() - first - 1);
      kept = kept.slice(unneeded * tokenSize);
      first += unneeded;
      return stretch;
    },
    close: async (): Promise<void> => {
      await iterator.return?.();
    },
  };
}
