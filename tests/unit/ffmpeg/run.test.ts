import { expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { FfmpegFailure, meaningfulLine, runFfmpeg } from '../../../src/ffmpeg/run.ts';

test('the meaningful line is the cause, not its consequence, without the address of a component', () => {
  expect(meaningfulLine(['[mp3 @ 0x55d0] Header missing', 'Conversion failed!'])).toBe('Header missing');
  expect(meaningfulLine(['a.wav: Invalid data found when processing input'])).toBe('a.wav: Invalid data found when processing input');
  expect(meaningfulLine(['[out#0 @ 0x1] [enc @ 0x2] Cannot open encoder'])).toBe('Cannot open encoder');
  expect(meaningfulLine(['Conversion failed!'])).toBe('Conversion failed!');
  expect(meaningfulLine([])).toBeUndefined();
});

test('a program that does not start is an ffmpeg-failed error', async () => {
  const error = await runFfmpeg('/nowhere/ffmpeg', []).done.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AnimateError);
  expect(error).toMatchObject({ code: 'ffmpeg-failed', message: '/nowhere/ffmpeg: does not start (spawn /nowhere/ffmpeg ENOENT)' });
});

// Node itself stands in for an ffmpeg that refuses its arguments.
test('a program that exits with a status tells command, status and last lines in the cause', async () => {
  const error = await runFfmpeg(process.execPath, ['-x']).done.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'ffmpeg-failed' });
  const { cause } = error as { cause: FfmpegFailure };
  expect(cause).toBeInstanceOf(FfmpegFailure);
  expect(cause.status).toBe(9); // Node's "invalid argument"
  expect(cause.command.slice(0, 2)).toEqual([process.execPath, '-hide_banner']);
  expect(cause.lastLines.length).toBeGreaterThan(0);
});

test('a signal that fired before the start starts nothing', () => {
  const signal = AbortSignal.abort();
  expect(() => runFfmpeg('/nowhere/ffmpeg', [], { signal })).toThrow(expect.objectContaining({ code: 'cancelled' }));
});
