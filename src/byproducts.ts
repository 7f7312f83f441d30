/** What is made beside a film from the same frames and the same motion: today the motion file. */
import { createMotionFile } from './motion-out.ts';
import type { OptionValues } from './options.ts';

/** Each grows under a temporary name, or in memory, and appears when the film is there. */
export interface Byproduct {
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

/** Those that `values` ask for, checked. `inputs` and `film`, the film's path, are not overwritten. */
export async function openByproducts(values: OptionValues, inputs: readonly string[], film?: string): Promise<Byproducts> {
  const motionFile = await createMotionFile(values, inputs, film);
  return join(motionFile ? [{ ...motionFile, takeMotion: motionFile.write }] : []);
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
    async takeFrame(frame, index) {
      for (const one of all) await one.takeFrame?.(frame, index);
    },
    close: each((one) => one.close()),
    finish: each((one) => one.finish()),
    abort: each((one) => one.abort()),
  };
}
