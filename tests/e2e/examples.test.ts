/** What lies in examples/ runs. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, start } from '../support/command.ts';
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
  test('ci/smoke.sh finds nothing wrong, and keeps the hashes that it finds again', async () => {
    const hashes = join(folder, 'hashes');
    const ended = await start('bash', [join(root, 'examples', 'ci', 'smoke.sh')], { environment: { KEEP: hashes } }).ended;
    expect(ended).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^smoke: three films made/) });
    expect(await readFile(hashes, 'utf8')).toMatch(/^speech [0-9a-f]{64}\nsong [0-9a-f]{64}\nshort [0-9a-f]{64}\n$/);
  }, 480_000); // 24 s of processor time, which others may want too

  test('ci/sync.js refuses lips that belong to another sound', async () => {
    // Lips that open with the loudness of the sound, four frames (160 ms) late.
    const samples = (await readFile(voice)).subarray(44);
    const loudness = Array.from({ length: 170 }, (_, frame) => {
      const power = Array.from({ length: 640 }, (_, i) => (samples.readInt16LE(2 * (640 * frame + i)) / 32_768) ** 2).reduce((a, b) => a + b) / 640;
      return [Math.max(0, 10 * Math.log10(power + 1e-12) + 50) / 50];
    });
    const check = async (name: string, frames: number[][]) => {
      await writeFile(join(folder, name), JSON.stringify({ fps: 25, channels: ['jawOpen'], frames }));
      return start(process.execPath, [join(root, 'examples', 'ci', 'sync.js'), join(folder, name), voice]).ended;
    };
    expect(await check('good.json', loudness)).toMatchObject({ status: 0, stdout: '{"lagMilliseconds":0,"correlation":1}\n', stderr: '' });
    expect(await check('late.json', [...Array(4).fill([0]), ...loudness])).toMatchObject({ status: 1, stdout: expect.stringMatching(/^\{"lagMilliseconds":1[56]\d,/) });
  });
});
