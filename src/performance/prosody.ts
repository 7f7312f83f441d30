/** From a voice's curves to what a performer hears in them: phrases, stressed syllables, held notes. All times in frames. */
import { framesPerSecond, smoothCurve } from './curves.ts';

/** Each [frames]; `src/audio/prosody.ts` measures them. */
export interface VoiceCurves {
  /** Natural logarithm of the root mean square. */
  readonly logEnergy: Float32Array;
  /** Hz, 0 where unvoiced. */
  readonly pitch: Float32Array;
  /** 0..1 */
  readonly voiced: Float32Array;
}

export interface Stretch {
  readonly start: number;
  /** First frame after it. */
  readonly end: number;
}

/** A stretch of speech or song between pauses, at most a few seconds long, with how it is said. Scores are standard deviations from the film's own mean. */
export interface Phrase extends Stretch {
  readonly energy: number;
  readonly pitchRange: number;
  readonly tempo: number;
  /** Share of its voiced time that lies in held notes, 0..1. */
  readonly sung: number;
  /** Frames of pause after it. */
  readonly pauseAfter: number;
}

export interface Prosody {
  readonly frames: number;
  /** Log energy over the speech's own mean, in its standard deviations, -3..2. [frames] */
  readonly loudness: Float32Array;
  /** 0..1, smooth: how much is being said. [frames] */
  readonly speaking: Float32Array;
  readonly phrases: readonly Phrase[];
  /** Loud or high syllables. `strength` about 0.25..1.5. */
  readonly stresses: readonly { at: number; strength: number }[];
  /** Voiced stretches of steady pitch longer than `heldSeconds`. */
  readonly notes: readonly Stretch[];
}

const shortestPause = 0.28; // seconds; shorter gaps belong to the phrase
const phraseSeconds = 2.2; // longer stretches are cut into parts of about this length
const shortestPhrase = 6; // frames
const leastVoicedShare = 0.2; // noise has none; whispering has not much
const heldSeconds = 0.45;
const heldSemitones = 1.2; // how far a held note may wander: vibrato included
const quietLevel = -7; // log energy below which nothing is speech (-61 dB)

export function readProsody({ logEnergy, pitch, voiced }: VoiceCurves, frames: number): Prosody {
  const energy = fitTo(logEnergy, frames, -11.5);
  const hz = fitTo(pitch, frames, 0);
  const isVoiced = fitTo(voiced, frames, 0);
  const isSpeech = findSpeech(energy, isVoiced);
  const spoken = energy.filter((_, i) => isSpeech[i] === 1);
  const [mean, spread] = meanAndSpread(spoken);
  const loudness = energy.map((value) => Math.min(2, Math.max(-3, (value - mean) / spread)));
  const semitones = inSemitones(hz);
  const notes = findNotes(semitones, isVoiced);
  const speaking = smoothCurve(isSpeech, 2);
  const lift = smoothCurve(loudness.map((value, i) => (Math.max(value, -1) + 0.15 * Math.max(semitones[i], 0)) * isSpeech[i]), 2);
  return { frames, loudness, speaking, phrases: findPhrases(isSpeech, energy, semitones, isVoiced, notes), stresses: findStresses(lift), notes };
}

/** `curve` cut, or continued with `beyond`, to `frames`. */
function fitTo(curve: Float32Array, frames: number, beyond: number): Float32Array {
  const result = new Float32Array(frames).fill(beyond);
  result.set(curve.subarray(0, frames));
  return result;
}

function meanAndSpread(values: Float32Array): [number, number] {
  if (values.length === 0) return [0, 1];
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(variance) + 1e-6];
}

/** 1 where a voice is heard: over a third of the way from the floor to the loud parts, with something voiced within 0.4 s. */
function findSpeech(energy: Float32Array, voiced: Float32Array): Float32Array {
  const sorted = energy.slice().sort();
  const [floor, top] = [sorted[Math.floor(0.05 * (sorted.length - 1))], sorted[Math.floor(0.95 * (sorted.length - 1))]];
  const threshold = Math.max(quietLevel, Math.min(floor + 0.35 * (top - floor), top - 1));
  const near = 10;
  let lastVoiced = Number.NEGATIVE_INFINITY;
  const before = energy.map((_, i) => {
    if (voiced[i] > 0) lastVoiced = i;
    return i - lastVoiced;
  });
  let nextVoiced = Number.POSITIVE_INFINITY;
  const result = new Float32Array(energy.length);
  for (let i = energy.length - 1; i >= 0; i--) {
    if (voiced[i] > 0) nextVoiced = i;
    result[i] = energy[i] > threshold && Math.min(before[i], nextVoiced - i) <= near ? 1 : 0;
  }
  return result;
}

/** Semitones about the median voice, 0 where unvoiced. */
function inSemitones(hz: Float32Array): Float32Array {
  const heard = hz.filter((value) => value > 0).sort();
  const median = heard.length > 0 ? heard[heard.length >> 1] : 120;
  return hz.map((value) => (value > 0 ? 12 * Math.log2(value / median) : 0));
}

/** Runs where `holds` is true, of at least `shortest` frames. */
function findRuns(length: number, holds: (index: number) => boolean, shortest: number): Stretch[] {
  const runs: Stretch[] = [];
  let start = -1;
  for (let i = 0; i <= length; i++) {
    const inside = i < length && holds(i);
    if (inside && start < 0) start = i;
    if (!inside && start >= 0) {
      if (i - start >= shortest) runs.push({ start, end: i });
      start = -1;
    }
  }
  return runs;
}

/** Steady voiced stretches: a note ends where the pitch leaves its running median by more than `heldSemitones`. */
function findNotes(semitones: Float32Array, voiced: Float32Array): Stretch[] {
  const notes: Stretch[] = [];
  for (const run of findRuns(semitones.length, (i) => voiced[i] > 0.4, Math.round(heldSeconds * framesPerSecond))) {
    let start = run.start;
    let sum = 0;
    for (let i = run.start; i <= run.end; i++) {
      const mean = i > start ? sum / (i - start) : semitones[i];
      if (i < run.end && Math.abs(semitones[i] - mean) <= heldSemitones) {
        sum += semitones[i];
        continue;
      }
      if (i - start >= heldSeconds * framesPerSecond) notes.push({ start, end: i });
      [start, sum] = [i, i < run.end ? semitones[i] : 0];
    }
  }
  return notes;
}

function findPhrases(isSpeech: Float32Array, energy: Float32Array, semitones: Float32Array, voiced: Float32Array, notes: readonly Stretch[]): Phrase[] {
  const bridged = isSpeech.slice();
  for (const gap of findRuns(bridged.length, (i) => isSpeech[i] === 0, 1)) {
    if (gap.start > 0 && gap.end < bridged.length && gap.end - gap.start < shortestPause * framesPerSecond) bridged.fill(1, gap.start, gap.end);
  }
  const parts = findRuns(bridged.length, (i) => bridged[i] === 1, shortestPhrase).flatMap(({ start, end }) => {
    const count = Math.max(1, Math.round((end - start) / framesPerSecond / phraseSeconds));
    const cut = (k: number) => Math.round(start + ((end - start) * k) / count);
    return Array.from({ length: count }, (_, k) => ({ start: cut(k), end: cut(k + 1) }));
  }).filter(({ start, end }) => average(voiced, start, end) >= leastVoicedShare);
  const inNote = new Uint8Array(bridged.length);
  for (const { start, end } of notes) inNote.fill(1, start, end);
  const raw = parts.map(({ start, end }) => {
    const pitches = semitones.subarray(start, end).filter((_, i) => voiced[start + i] > 0).sort();
    const range = pitches.length > 3 ? pitches[Math.floor(0.9 * pitches.length)] - pitches[Math.floor(0.1 * pitches.length)] : 0;
    const voicedFrames = Math.max(1, pitches.length);
    return { energy: average(energy, start, end), pitchRange: range, tempo: countRises(energy, start, end) / (end - start), sung: inNote.subarray(start, end).reduce((a, b) => a + b, 0) / voicedFrames };
  });
  const score = (name: 'energy' | 'pitchRange' | 'tempo') => {
    const [mean, spread] = meanAndSpread(Float32Array.from(raw, (phrase) => phrase[name]));
    return raw.map((phrase) => Math.max(-2.5, Math.min(2.5, raw.length > 1 ? (phrase[name] - mean) / spread : 0)));
  };
  const [energies, ranges, tempos] = [score('energy'), score('pitchRange'), score('tempo')];
  return parts.map((part, i) => ({ ...part, energy: energies[i], pitchRange: ranges[i], tempo: tempos[i], sung: Math.min(1, raw[i].sung), pauseAfter: (parts[i + 1]?.start ?? bridged.length) - part.end }));
}

function average(curve: Float32Array, start: number, end: number): number {
  return curve.subarray(start, end).reduce((a, b) => a + b, 0) / Math.max(1, end - start);
}

/** Times the energy turns from falling to rising by more than 0.3: about the syllables. */
function countRises(energy: Float32Array, start: number, end: number): number {
  let [low, high, count] = [energy[start], energy[start], 0];
  for (let i = start; i < end; i++) {
    if (energy[i] < high - 0.3) [low, high] = [Math.min(low, energy[i]), Math.min(high, energy[i] + 0.3)];
    if (energy[i] > low + 0.3) {
      if (low < high - 0.05) count++;
      [low, high] = [energy[i], energy[i]];
    }
    low = Math.min(low, energy[i]);
    high = Math.max(high, energy[i]);
  }
  return count;
}

/** Local peaks of `lift` over its own slow course, at least 0.36 s apart. */
function findStresses(lift: Float32Array): { at: number; strength: number }[] {
  const slow = smoothCurve(lift, 10);
  const prominence = lift.map((value, i) => value - slow[i]);
  const stresses: { at: number; strength: number }[] = [];
  for (let i = 2; i < lift.length - 2; i++) {
    const around = prominence.subarray(Math.max(0, i - 4), i + 5);
    if (prominence[i] > 0.25 && around.every((value) => value <= prominence[i])) stresses.push({ at: i, strength: Math.min(1.5, prominence[i]) });
  }
  return stresses;
}
