/** `animate doctor`: everything that a film needs, looked at one after the other. */
import { throwIfCancelled } from '../errors.ts';
import { type AnimateOptions, resolveOptions } from '../options.ts';
import type { Finding } from './finding.ts';
import { checkKernel, checkMemory, checkNode, checkTemporaryFolder } from './machine.ts';
import { checkModels, checkProviders } from './models.ts';
import { checkCommand, checkFfmpeg } from './programs.ts';
import { makeTestFilm } from './test-film.ts';

export interface ExamineOptions extends Pick<AnimateOptions, 'model' | 'device' | 'threads' | 'ffmpeg'> {
  readonly signal?: AbortSignal | undefined;
}

/** Finds what is there and what is missing. The last finding is the test film: where it is ok, films can be made. */
export async function* examine({ signal, ...options }: ExamineOptions = {}): AsyncGenerator<Finding> {
  const { model, ffmpeg } = resolveOptions(options).values;
  yield checkNode();
  yield checkMemory();
  yield await checkTemporaryFolder();
  yield await checkCommand();
  yield await checkFfmpeg(ffmpeg, signal);
  yield checkKernel();
  throwIfCancelled(signal);
  yield* checkModels(model, signal);
  yield await checkProviders(model, signal);
  throwIfCancelled(signal);
  yield await makeTestFilm(options, signal);
}
