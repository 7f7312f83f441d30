/** Voices as curves, for tests of the performance. */
import type { VoiceCurves } from '../../src/performance/prosody.ts';
import { createRandom } from '../../src/tensor/random.ts';

/** Talks for `talkSeconds`, pauses for `pauseSeconds`, again and again for `frames` frames of 25 a second: syllables at 4 Hz of changing weight, pitch about 140 Hz. */
export function talkingVoice(frames: number, { talkSeconds = 4, pauseSeconds = 1, seed = 1 } = {}): VoiceCurves {
  const random = createRandom(seed);
  const weights = Array.from({ length: Math.ceil(frames / 6) + 1 }, () => random.uniform());
  const isTalking = (i: number) => (i / 25) % (talkSeconds + pauseSeconds) < talkSeconds;
  const syllable = (i: number) => Math.sin((Math.PI * (i % 6)) / 6) * (0.5 + weights[Math.floor(i / 6)]);
  const curve = (value: (i: number) => number) => Float32Array.from({ length: frames }, (_, i) => value(i));
  return {
    logEnergy: curve((i) => (isTalking(i) ? -4 + 1.5 * syllable(i) : -10)),
    pitch: curve((i) => (isTalking(i) && i % 6 > 0 ? 140 * 2 ** ((3 * syllable(i) + Math.sin(i / 20)) / 12) : 0)),
    voiced: curve((i) => (isTalking(i) && i % 6 > 0 ? 1 : 0)),
  };
}

/** Holds notes of `noteSeconds` with 0.4 s between them. */
export function singingVoice(frames: number, noteSeconds = 1.6): VoiceCurves {
  const period = Math.round((noteSeconds + 0.4) * 25);
  const isSinging = (i: number) => i % period < noteSeconds * 25;
  const curve = (value: (i: number) => number) => Float32Array.from({ length: frames }, (_, i) => value(i));
  return {
    logEnergy: curve((i) => (isSinging(i) ? -3 : -9)),
    pitch: curve((i) => (isSinging(i) ? 220 * 2 ** ((((Math.floor(i / period) * 5) % 12) + 0.3 * Math.sin(i * 1.4)) / 12) : 0)),
    voiced: curve((i) => (isSinging(i) ? 1 : 0)),
  };
}

export function silentVoice(frames: number): VoiceCurves {
  return { logEnergy: new Float32Array(frames).fill(-11.5), pitch: new Float32Array(frames), voiced: new Float32Array(frames) };
}
