/** What a running animation tells its caller, and what it returns. */

/** The stages of a film, in the order in which they start. */
export const stages = ['model', 'sound', 'capture', 'portrait', 'motion', 'frames', 'film'] as const;
export type Stage = (typeof stages)[number];

/** A stage began or went on. `motion` and `frames` count frames of the film, `capture` those of the take. */
export interface StageEvent {
  readonly stage: Stage;
  readonly done?: number;
  readonly total?: number;
}

/** Something the user should know that does not stop the film: a small face, a turned head, noise in the sound file. */
export interface WarningEvent {
  readonly warning: string;
}

/** A device that was tried and would not start. */
export interface RefusedDevice {
  readonly device: string;
  readonly reason: string;
}

/** Which device runs the networks, and why the ones before it do not. */
export interface DeviceEvent {
  readonly device: string;
  readonly refused: readonly RefusedDevice[];
}

/** Where the value of an option came from. */
export type OptionSource = 'flag' | 'environment' | 'manifest' | 'preview' | 'default';

/** One option as the run uses it. */
export interface OptionInUse {
  readonly name: string;
  readonly value: string | number | boolean | undefined;
  readonly source: OptionSource;
}

/** All options as the run uses them, once the model's own defaults are known. */
export interface OptionsEvent {
  readonly options: readonly OptionInUse[];
}

/** Which program encodes the film. */
export interface FfmpegEvent {
  readonly ffmpeg: { readonly path: string; readonly source: string; readonly version: string };
}

export type ProgressEvent = StageEvent | WarningEvent | DeviceEvent | OptionsEvent | FfmpegEvent;

/** What a finished animation returns. */
export interface AnimateResult {
  /** Absolute path of the film; of pictures with their %05d; `-` for stdout. */
  readonly path: string;
  readonly frames: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  /** Wall-clock seconds; stages overlap (frames are rendered while motion is sampled), so the sum may exceed `total`. */
  readonly seconds: Readonly<Record<Stage, number>> & { readonly total: number };
  readonly device: string;
  readonly refusedDevices: readonly RefusedDevice[];
  readonly seed: number;
  readonly model: string;
  /** sha256 over inputs, options, model and version, as it stands in the film. */
  readonly fingerprint: string;
  /** sha256 of the frames as drawn, [height, width, channels] bytes one after the other: the same from the same inputs, options, model and machine, whatever the number of threads. */
  readonly framesSha256: string;
  /** Name on the certificate that signed the film; null for a film without a signature. */
  readonly signer: string | null;
  readonly warnings: readonly string[];
}
