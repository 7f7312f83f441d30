/** What is made beside a film from the same frames and the same motion: the motion file, the contact sheet, the plot. */
import { dirname } from 'node:path';
import { AnimateError } from './errors.ts';
import { createMotionFile } from './motion-out.ts';
import { motionEndings } from './motion-file/read.ts';
import type { OptionValues } from './options.ts';
import { createPlotFile, createSheetFile, plotEndings, sheetEndings } from './quick-looks.ts';
import { removeLeftovers } from './video/leftovers.ts';
import { type CheckTargetOptions, checkTarget, type TargetKind } from './video/target.ts';

/** What is known of a film before its first frame. */
export interface FilmFacts {
  /** Of the frames, pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly frames: number;
  readonly fps: number;
  readonly durationSeconds: number;
  /** [478, 3] of the face at rest: x right, y down in pixels of the frame. */
  readonly landmarks: Float32Array;
  /** [52] how far each coefficient parts the lips, in mouth widths. */
  readonly gapRow: Float32Array;
  /** The sound of the film, mono, -1..1, in blocks. Each call reads it anew. */
  samples(): AsyncIterable<Float32Array>;
  /** Hz, of `samples`. */
  readonly sampleRate: number;
}

/** Each grows under a temporary name, or in memory, and appears when the film is there. */
export interface Byproduct {
  /** Before the first frame. */
  begin?(film: FilmFacts): void;
  /** The next motion vector [58] that is drawn. */
  takeMotion?(motion: Float32Array): Promise<void>;
  /** The next frame, as `Frame.rgb`; overwritten once the promise is kept. `index` counts from 0. */
  takeFrame?(frame: Uint8Array, index: number): Promise<void>;
  /** After the last frame: whatever can fail has been done. */
  close(): Promise<void>;
  /** Puts the file in its place. */
  finish(): Promise<void>;
  /** Gives up. Does nothing after `finish`. */
  abort(): Promise<void>;
}

export type Byproducts = Required<Omit<Byproduct, 'takeMotion'>> & Pick<Byproduct, 'takeMotion'>;

const targetKinds = {
  motionOut: { flag: '--motion-out', endings: motionEndings, example: 'motion.json' },
  sheet: { flag: '--sheet', endings: sheetEndings, example: 'sheet.png' },
  plot: { flag: '--plot', endings: plotEndings, example: 'plot.svg' },
} as const satisfies Record<string, TargetKind>;

/** The options that name a file beside the film. */
export const byproductNames = Object.keys(targetKinds) as (keyof typeof targetKinds)[];
type ByproductValues = Pick<OptionValues, keyof typeof targetKinds>;

/** Absolute paths of the files that `values` ask for, by option. Throws `bad-option` for one that cannot be written, or that is an input, the `film` or another of them. */
export async function checkByproducts(values: ByproductValues, inputs: readonly string[], film?: string, options?: CheckTargetOptions): Promise<ByproductValues> {
  const paths: Partial<Record<keyof ByproductValues, string>> = {};
  for (const name of byproductNames) {
    const target = values[name];
    if (target === undefined) continue;
    const kind = targetKinds[name];
    const path = await checkTarget(target, inputs, { ...kind, film }, options);
    const other = byproductNames.find((earlier) => paths[earlier] === path);
    if (path === film) throw new AnimateError('bad-option', `${kind.flag}: expected another file than the film ${path}`, { hint: `Give another name with ${kind.flag}.` });
    if (other !== undefined) throw new AnimateError('bad-option', `${kind.flag}: expected another file than that of ${targetKinds[other].flag}, got "${target}"`, { hint: 'Give each a name of its own.' });
    paths[name] = path;
  }
  return { motionOut: paths.motionOut, sheet: paths.sheet, plot: paths.plot };
}

/** Those that `values` ask for, checked. `inputs` and `film`, the film's path, are not overwritten. */
export async function openByproducts(values: OptionValues, inputs: readonly string[], film?: string): Promise<Byproducts> {
  const { motionOut, sheet, plot } = await checkByproducts(values, inputs, film);
  for (const folder of new Set([motionOut, sheet, plot].flatMap((path) => (path === undefined ? [] : [dirname(path)])))) await removeLeftovers(folder);
  const motionFile = motionOut === undefined ? undefined : createMotionFile(motionOut, values);
  return join([
    ...(motionFile ? [{ ...motionFile, takeMotion: motionFile.write }] : []),
    ...(sheet === undefined ? [] : [createSheetFile(sheet)]),
    ...(plot === undefined ? [] : [createPlotFile(plot)]),
  ]);
}

function join(all: readonly Byproduct[]): Byproducts {
  const each = (act: (one: Byproduct) => Promise<void> | undefined) => async (): Promise<void> => {
    for (const one of all) await act(one);
  };
  const takeMotion = async (motion: Float32Array): Promise<void> => {
    for (const one of all) await one.takeMotion?.(motion);
  };
  return {
    ...(all.some((one) => one.takeMotion) ? { takeMotion } : {}),
    begin(film) {
      for (const one of all) one.begin?.(film);
    },
    async takeFrame(frame, index) {
      for (const one of all) await one.takeFrame?.(frame, index);
    },
    close: each((one) => one.close()),
    finish: each((one) => one.finish()),
    abort: each((one) => one.abort()),
  };
}
