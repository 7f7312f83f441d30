/** Sound -> speech tokens, the recipe of docs/architecture.md "Speech features": the same numbers as training/speech.py to 1e-3. */

import { AnimateError, throwIfCancelled } from '../errors.ts';
import type { RunNetwork } from '../tensor/tensor.ts';
import { tensor } from '../tensor/tensor.ts';
import { createMelAnalyser, melBins, scaleMel } from './mel.ts';

export interface SpeechTokenOptions {
  /** Factor on the samples that brings the sound to -23 LUFS (measureSound tells it). */
  readonly gain: number;
  /** log10; from model.json. */
  readonly melPeakFloor: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tokens of silence before the sound, at 50 a second: token 0 begins at -1 s. As many follow it.
 * Video frame f (25 a second) has tokens `leadingTokens + 2f` and `leadingTokens + 2f + 1`.
 */
export const leadingTokens = 50;

const sampleRate = 16_000;
const frameSamples = 640; // a video frame; the sound is filled up to whole ones
const hopsPerToken = 2;
const usedHops = 800; // 8 s of a window are used,
const contextHops = 100; // with 1 s more on each side

/**
 * Tokens of a sound, window by window: blocks [tokens * width], token after token; width = states + 160 (672 with the default encoder). A token is the
 * encoder's states, then the 80 log-mel values of its first 10 ms, then those of its second. In all 100 + 2 * ceil(samples / 640) tokens.
 * `samples`: mono, 16 kHz, blocks of any size. `encode`: `mel` [1, 80, hops] -> `states` [1, hops / 2, states].
 */
export async function* speechTokens(samples: AsyncIterable<Float32Array>, encode: RunNetwork, options: SpeechTokenOptions): AsyncGenerator<Float32Array> {
  let held = new Float32Array(0); // log-mel from the start of the next window on, [hops * 80]
  let isFirst = true;
  const takeWindow = async (hops: number, usedEnd: number): Promise<Float32Array> => {
    throwIfCancelled(options.signal);
    const mel = scaleMel(held.slice(0, hops * melBins), options.melPeakFloor);
    const { states } = await encode({ mel: tensor(transpose(mel, hops), [1, melBins, hops]) });
    if (states?.shape[1] !== hops / hopsPerToken) throw new AnimateError('model-mismatch', `speechEncoder: expected ${hops / hopsPerToken} tokens for ${hops} hops, got ${states?.shape[1]}`);
    const tokens = joinTokens(mel, states.data, hops, isFirst ? 0 : contextHops, usedEnd);
    held = held.slice(usedHops * melBins);
    isFirst = false;
    return tokens;
  };
  for await (const hops of analysePadded(samples, options)) {
    held = concatenate(held, hops);
    // More than a whole window: so this is not the last, which keeps its own padding.
    while (held.length / melBins > usedHops + 2 * contextHops) yield await takeWindow(usedHops + 2 * contextHops, usedHops + contextHops);
  }
  const rest = held.length / melBins;
  yield await takeWindow(rest, rest);
}

/** The log-mel of a second of silence, the sound times `gain` filled up to whole frames, a second of silence; blocks [hops * 80]. */
async function* analysePadded(samples: AsyncIterable<Float32Array>, { gain, signal }: SpeechTokenOptions): AsyncGenerator<Float32Array> {
  const analyser = createMelAnalyser();
  yield analyser.push(new Float32Array(sampleRate));
  let count = 0;
  for await (const block of samples) {
    throwIfCancelled(signal);
    count += block.length;
    yield analyser.push(block.map((sample) => sample * gain));
  }
  const frames = Math.max(1, Math.ceil(count / frameSamples));
  yield analyser.push(new Float32Array(frames * frameSamples - count + sampleRate));
  yield analyser.flush();
}

// states [hops / 2, width] and mel [hops, 80] -> [tokens, width + 160], those between hops `first` and `end`
function joinTokens(mel: Float32Array, states: Float32Array, hops: number, first: number, end: number): Float32Array {
  const stateWidth = states.length / (hops / hopsPerToken);
  const melWidth = hopsPerToken * melBins;
  const width = stateWidth + melWidth;
  const tokens = new Float32Array(((end - first) / hopsPerToken) * width);
  for (let token = first / hopsPerToken, at = 0; at < tokens.length; token++, at += width) {
    tokens.set(states.subarray(token * stateWidth, (token + 1) * stateWidth), at);
    tokens.set(mel.subarray(token * melWidth, (token + 1) * melWidth), at + stateWidth);
  }
  return tokens;
}

// [hops, 80] -> [80, hops]
function transpose(mel: Float32Array, hops: number): Float32Array {
  const output = new Float32Array(mel.length);
  for (let hop = 0; hop < hops; hop++) {
    for (let bin = 0; bin < melBins; bin++) output[bin * hops + hop] = mel[hop * melBins + bin];
  }
  return output;
}

function concatenate(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const joined = new Float32Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
