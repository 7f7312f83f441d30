/** Whether a film can be read to its end. ffmpeg says that all went well even where the disk was full when it closed the file. */
import { AnimateError } from '../errors.ts';
import { meaningfulLine, runFfmpeg } from '../ffmpeg/run.ts';

const damage = /partial file|truncated|invalid data|moov atom|error reading|EBML/i;

/** Reads all packets, decodes none: 40 ms, and a second for a gigabyte. Throws `ffmpeg-failed` unless there are `frames` pictures; `complaints`: what ffmpeg said while it wrote them. */
export async function checkWhole(ffmpeg: string, file: string, frames: number, complaints: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const { stdout, done } = runFfmpeg(ffmpeg, ['-progress', 'pipe:1', '-i', `file:${file}`, '-map', '0:v:0', '-map', '0:a?', '-c', 'copy', '-f', 'null', '-'], { output: 'pipe', signal });
  let progress = '';
  for await (const chunk of stdout ?? []) progress += String(chunk);
  const found = await done.then((lines) => ({ fault: meaningfulLine(lines.filter((line) => damage.test(line))) }), (error: Error) => ({ fault: error.message }));
  const count = Number([...progress.matchAll(/^frame=\s*(\d+)/gm)].at(-1)?.[1] ?? 0);
  if (found.fault === undefined && count === frames) return;
  throw new AnimateError('ffmpeg-failed', `ffmpeg: ${(meaningfulLine(complaints) ?? found.fault ?? `the file holds ${count} of ${frames} frames`).replaceAll(`file:${file}`, 'the film')}`, { hint: 'Make room on the disk.' });
}
