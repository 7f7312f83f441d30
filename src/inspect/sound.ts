/** What a sound is like, as the pipeline will hear it. */
import { openSound } from '../audio/decode.ts';
import { measureSound } from '../audio/measure.ts';
import { readProsody } from '../performance/prosody.ts';

export interface SoundReport {
  readonly kind: 'sound';
  readonly path: string;
  /** Exact, of what can be decoded. */
  readonly durationSeconds: number;
  /** Hz, of the source. */
  readonly sampleRate: number;
  /** Of the source; 0 unknown. */
  readonly channels: number;
  /** Integrated loudness (ITU-R BS.1770-4) of the mono mix; null for silence. */
  readonly lufs: number | null;
  /** Largest absolute sample, dB of full scale; null for silence. */
  readonly peakDb: number | null;
  /** Share of the time in which a voice speaks or sings, 0..1. */
  readonly speechShare: number;
  readonly isSilent: boolean;
  readonly warnings: readonly string[];
}

const framesPerSecond = 25;

export async function inspectSound(path: string, options: { ffmpeg?: string | undefined; signal?: AbortSignal | undefined }): Promise<SoundReport> {
  const { signal } = options;
  const sound = await openSound(path, { ffmpegPath: options.ffmpeg, signal });
  const measure = await measureSound(sound, { fps: framesPerSecond, signal });
  const frames = measure.prosody.logEnergy.length;
  const { phrases } = readProsody(measure.prosody, frames);
  const spoken = measure.isSilent ? 0 : phrases.reduce((sum, { start, end }) => sum + end - start, 0);
  const { durationSeconds, lufs, peak, isSilent, warnings } = measure;
  return {
    kind: 'sound',
    path,
    durationSeconds,
    sampleRate: sound.sampleRate,
    channels: sound.channels,
    lufs: Number.isFinite(lufs) ? lufs : null,
    peakDb: peak > 0 ? 20 * Math.log10(peak) : null,
    speechShare: spoken / Math.max(1, frames),
    isSilent,
    warnings,
  };
}
