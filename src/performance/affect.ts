/**
 * The slow channel of feeling: valence (unpleasant -1 .. pleasant 1) and arousal (calm -1 .. stirred 1; Russell 1980, "A circumplex model of affect"), one pair a phrase, from the voice and
 * from chance, and how strongly a wished emotion shows. Between phrases they move in 0.5 s and more, at rest at both ends: nothing of a feeling changes faster than 0.3 s.
 */
import type { Random } from '../tensor/random.ts';
import { between, framesPerSecond, glide, type Key } from './curves.ts';
import type { Phrase, Prosody } from './prosody.ts';

export interface Affect {
  /** [frames] each. */
  readonly valence: Float32Array;
  readonly arousal: Float32Array;
  /** How much of the wished emotion shows, 0..1. */
  readonly emotion: Float32Array;
  /** Of each phrase. */
  readonly phrases: readonly { valence: number; arousal: number }[];
}

const restValence = 0.08; // a listening face is friendly
const pauseSeconds = 0.5; // a pause this long lets the feeling sink

/** `strength` of the wished emotion 0..1; it takes the place of what chance would have shown. */
export function drawAffect(random: Random, { frames, phrases }: Prosody, strength: number): Affect {
  let mood = 0.28 + 0.3 * random.normal();
  const felt = phrases.map((phrase) => {
    mood += 0.3 * (0.28 - mood) + 0.18 * random.normal(); // drifts, and comes back
    return feel(random, phrase, mood);
  });
  const keys = { valence: [] as Key[], arousal: [] as Key[], emotion: [{ at: 0, value: 0.6 * strength, seconds: 1 }] as Key[] };
  for (const [i, { start, end, pauseAfter }] of phrases.entries()) {
    const { valence, arousal } = felt[i];
    const lead = between(random, -0.15, 0.3) * framesPerSecond;
    keys.valence.push({ at: start - lead, value: valence, seconds: between(random, 0.55, 1) });
    keys.arousal.push({ at: start - lead, value: arousal, seconds: between(random, 0.5, 0.9) });
    keys.emotion.push({ at: start - lead, value: strength * Math.min(1, Math.max(0.65, 0.85 + 0.12 * arousal + 0.08 * random.normal())), seconds: between(random, 0.6, 1) });
    if (pauseAfter < pauseSeconds * framesPerSecond) continue;
    const at = end + between(random, 0.1, 0.5) * framesPerSecond; // a feeling outlasts its words
    keys.valence.push({ at, value: restValence + 0.35 * valence, seconds: between(random, 0.8, 1.3) });
    keys.arousal.push({ at: end, value: -0.3, seconds: between(random, 0.8, 1.3) });
    keys.emotion.push({ at, value: strength * 0.6, seconds: between(random, 0.9, 1.4) });
  }
  return { valence: glide(frames, keys.valence), arousal: glide(frames, keys.arousal), emotion: glide(frames, keys.emotion), phrases: felt };
}

/** Louder, livelier, faster and sung phrases stir; high range pleases (Scherer 2003, "Vocal communication of emotion", table 1: joy has high mean, range and rate, sadness low ones). */
function feel(random: Random, { energy, pitchRange, tempo, sung }: Phrase, mood: number): { valence: number; arousal: number } {
  const arousal = 0.35 * energy + 0.25 * pitchRange + 0.12 * tempo + 0.35 * sung + 0.2 * random.normal();
  const valence = mood + 0.12 * pitchRange + 0.08 * energy + 0.38 * random.normal();
  return { valence: Math.min(1, Math.max(-1, valence)), arousal: Math.min(1, Math.max(-1, arousal)) };
}
