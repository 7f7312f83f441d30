import { link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkTarget, defaultOutput, filmKind, temporaryBeside } from '../../../src/video/target.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'target-'));
});
afterEach(() => rm(folder, { recursive: true }));

test("the film is named after the portrait and lies beside the sound", () => {
  expect(defaultOutput('pictures/face.front.png', 'voices/a.wav')).toBe(join('voices', 'face.front.mp4'));
  expect(defaultOutput('face', 'a.wav')).toBe('face.mp4');
  expect(defaultOutput('face.png', 'a.wav', true)).toBe('face.webm');
});

test('a target in an existing folder passes and leaves nothing behind', async () => {
  const output = join(folder, 'film.mp4');
  expect(await checkTarget(output, [join(folder, 'voice.wav')])).toBe(output);
  expect(await readdir(folder)).toEqual([]);
});

test('an existing film may be replaced', async () => {
  const output = join(folder, 'film.mp4');
  await writeFile(output, 'old');
  expect(await checkTarget(output, [])).toBe(output);
});

test('a missing folder is refused with the command that makes it', async () => {
  const output = join(folder, 'none', 'film.mp4');
  await expect(checkTarget(output, [])).rejects.toMatchObject({
    code: 'bad-option',
    message: `--output: expected a file in an existing folder, got "${output}"`,
    hint: `Make the folder first: mkdir -p "${join(folder, 'none')}"`,
  });
});

test.each(['film.avi', 'film', 'film.mp4.txt'])('the ending of %s is refused', async (name) => {
  const output = join(folder, name);
  await expect(checkTarget(output, [])).rejects.toMatchObject({ code: 'bad-option', message: `--output: expected a name that ends in .mp4, .m4v, .mov, .webm, got "${output}"` });
});

test('MP4 holds no transparency', async () => {
  const output = join(folder, 'film.mp4');
  await expect(checkTarget(output, [], filmKind(true))).rejects.toMatchObject({
    code: 'bad-option',
    message: `--output: expected a name that ends in .webm, .mov (with --alpha), got "${output}"`,
    hint: `Try --output ${join(folder, 'film.webm')}`,
  });
  expect(await checkTarget(join(folder, 'film.mov'), [], filmKind(true))).toBe(join(folder, 'film.mov'));
});

test('a folder is no film', async () => {
  const output = join(folder, 'film.mp4');
  await mkdir(output);
  await expect(checkTarget(output, [])).rejects.toMatchObject({ code: 'bad-option', message: `--output: expected a file name, not a folder, got "${output}"` });
});

test('an input is never overwritten, not under another name either', async () => {
  const input = join(folder, 'talk.mp4');
  await writeFile(input, 'film');
  await symlink(input, join(folder, 'soft.mp4'));
  await link(input, join(folder, 'hard.mp4'));
  for (const name of ['talk.mp4', 'soft.mp4', 'hard.mp4']) {
    const output = join(folder, name);
    await expect(checkTarget(output, ['face.png', input])).rejects.toMatchObject({
      code: 'bad-option',
      message: `--output: expected another file than the input ${input}, got "${output}"`,
    });
  }
});

// Not even root can make a file there.
test.runIf(process.platform === 'linux')('a folder that cannot be written is refused', async () => {
  await expect(checkTarget('/proc/film.mp4', [])).rejects.toMatchObject({
    code: 'bad-option',
    message: expect.stringMatching(/^--output: expected a folder that can be written, got "\/proc" \([A-Z]+\)$/),
    hint: 'Give a file in another folder with --output.',
  });
});

test('the temporary name is hidden, in the same folder, with the same ending, and never the same twice', () => {
  const first = temporaryBeside('/films/a.b.mp4');
  expect(first).toMatch(/^\/films\/\.a\.b\.[0-9a-f]{8}\.mp4$/);
  expect(temporaryBeside('/films/a.b.mp4')).not.toBe(first);
});
