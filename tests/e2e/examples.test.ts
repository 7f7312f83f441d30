/** What lies in examples/ runs. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, start } from '../support/command.ts';
import { bundledFfmpeg, ffmpegOutput } from '../support/ffmpeg.ts';
import { readPictures } from '../support/film.ts';
import { portrait, voice } from '../support/pictures.ts';

let folder = '';
const compiled = join(root, 'out', 'examples'); // inside the package, so that `animate-portrait` means this one
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'examples-'));
  await mkdir(compiled, { recursive: true });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(compiled, { recursive: true });
});

test('animate.ts makes a film and a single frame', async () => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const settings = ['--strict', '--module', 'node20', '--target', 'es2023', '--types', 'node', '--skipLibCheck', '--ignoreConfig', '--rootDir', 'examples', '--outDir', compiled];
  await promisify(execFile)(process.execPath, [tsc, 'examples/animate.ts', ...settings], { cwd: root });
  const { status, stderr, stdout } = await start(process.execPath, [join(compiled, 'animate.js'), folder, portrait, voice]).ended;
  expect(status).toBe(0);
  expect(stderr).toMatch(/^The face is \d+ pixels wide/m); // at 256 pixels: the example passes warnings on
  expect(stdout).toContain('frame 25 of 25');
  expect((await readPictures(join(folder, 'film.mp4'))).frames).toBe(25);
  const frame = await readFile(join(folder, 'frame.ppm'));
  expect(frame.subarray(0, 15).toString()).toBe('P6 256 256 255\n');
  expect(frame.length).toBe(15 + 256 * 256 * 3);
});

describe.skipIf(process.platform === 'win32')('the shell scripts', () => {
  test('smoke.sh finds nothing wrong', async () => {
    expect(await start('bash', [join(root, 'examples', 'smoke.sh')]).ended).toMatchObject({ status: 0, stdout: 'smoke: film made, mistakes reported\n', stderr: '' });
  });

  test('dub-all.sh makes a film for every sound, names what fails, and skips what is there', async () => {
    const sounds = [join(folder, 'a.wav'), join(folder, 'b.mp3'), join(folder, 'none.wav')];
    for (const sound of sounds.slice(0, 2)) await ffmpegOutput(bundledFfmpeg, ['-i', voice, '-t', '0.3', sound]);
    const out = join(folder, 'films');
    const dub = () => start('bash', [join(root, 'examples', 'dub-all.sh'), portrait, out, ...sounds], { environment: { ANIMATE_SIZE: '128' } }).ended;
    const first = await dub();
    expect(first).toMatchObject({ status: 1, stderr: expect.stringContaining(`2 of 3 done\nfailed: ${sounds[2]} (exit 2)\n`) });
    expect((await readdir(out)).sort()).toEqual(['a.mp4', 'b.mp4']);
    const { mtimeMs } = await stat(join(out, 'a.mp4'));
    expect((await dub()).stderr).toContain(`${join(out, 'a.mp4')}: already there`);
    expect((await stat(join(out, 'a.mp4'))).mtimeMs).toBe(mtimeMs);
  });
});
