/** The first pass over a sound: its exact length, its loudness, and what is unusual about it. */

import { AnimateError, throwIfCancelled } from '../errors.ts';
import { createLoudnessMeter, isSilent, normalisingGain } from './loudness.ts';
import { createProsodyMeter, type ProsodyCurves } from './prosody.ts';
import { formatSeconds, type Sound, speechRate } from './sound.ts';

export interface SoundMeasure {
  /** At 16 kHz, of the section that was asked for. */
  readonly samples: number;
  /** Exact. */
  readonly durationSeconds: number;
  /** Integrated loudness (ITU-R BS.1770-4) of the mono mix; -Infinity for silence. */
  readonly lufs: number;
  /** Largest absolute value, 1 is full scale. */
  readonly peak: number;
  /** Factor that brings the sound to -23 LUFS, for `speechTokens`. */
  readonly gain: number;
  /** Share of the time that is loud enough to be speech, 0 to 1: 400 ms blocks above both gates of BS.1770. */
  readonly speechShare: number;
  /** No more than noise floor: the lips will stay still. */
  readonly isSilent: boolean;
  /** How the voice rises and falls, 25 values a second; its energy is that of the sound times `gain`. */
  readonly prosody: ProsodyCurves;
  /** Everything usable but noteworthy, the sound's own warnings included. */
  readonly warnings: readonly string[];
}

export interface MeasureOptions {
  /** Frame rate of the film: a sound shorter than one of its frames is an error. */
  readonly fps: number;
  readonly durationSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads the whole sound once. Throws `unreadable-input` when it is shorter than one frame, or `bad-option` when --duration made it so. */
export async function measureSound(sound: Sound, options: MeasureOptions): Promise<SoundMeasure> {
  const meter = createLoudnessMeter(speechRate);
  const prosodyMeter = createProsodyMeter();
  let samples = 0;
  let peak = 0;
  for await (const block of sound.samples()) {
    throwIfCancelled(options.signal);
    meter.push(block);
    prosodyMeter.push(block);
    samples += block.length;
    for (const sample of block) peak = Math.max(peak, Math.abs(sample));
  }
  const durationSeconds = samples / speechRate;
  const lufs = meter.lufs();
  if (durationSeconds * options.fps < 1 - 1e-9) throw tooShortError(sound.path, durationSeconds, options);
  const gain = normalisingGain(lufs);
  const curves = prosodyMeter.finish();
  return {
    samples,
    durationSeconds,
    lufs,
    peak,
    gain,
    speechShare: isSilent(lufs) ? 0 : meter.loudShare(),
    isSilent: isSilent(lufs),
    prosody: { ...curves, logEnergy: curves.logEnergy.map((value) => value + Math.log(gain)) },
    warnings: [...sound.warnings, ...warningsFor(sound.path, durationSeconds, lufs, peak, options)],
  };
}

function tooShortError(path: string, durationSeconds: number, { fps, durationSeconds: wished }: MeasureOptions): AnimateError {
  const frame = `${Math.round(1e5 / fps) / 100} ms`;
  if (wished !== undefined && wished * fps < 1) {
    return new AnimateError('bad-option', `--duration: expected at least one frame (${frame} at ${fps} frames/s), got ${wished} s`, { hint: 'Choose a longer --duration.' });
  }
  return new AnimateError('unreadable-input', `${path}: expected at least one frame of sound (${frame} at ${fps} frames/s), got ${Math.round(durationSeconds * 1e5) / 100} ms`, {
    hint: 'Use a longer sound, or an earlier --start.',
  });
}

function warningsFor(path: string, durationSeconds: number, lufs: number, peak: number, { durationSeconds: wished }: MeasureOptions): string[] {
  const warnings: string[] = [];
  if (peak === 0) warnings.push(`${path}: is silent; the lips will stay still`);
  else if (isSilent(lufs)) warnings.push(`${path}: is nearly silent (${lufs === -Infinity ? 'under -70' : lufs.toFixed(0)} LUFS); the lips will stay still`);
  if (wished !== undefined && wished > durationSeconds + 0.05) warnings.push(`${path}: ends after ${formatSeconds(durationSeconds)}, before the ${formatSeconds(wished)} of --duration`);
  return warnings;
}
