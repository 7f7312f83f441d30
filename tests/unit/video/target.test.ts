import { link, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkTarget as check, type CheckTargetOptions } from '../../../src/video/target.ts';

const film = { flag: '--output', endings: ['.mp4', '.mov'], example: 'film.mp4' };
const checkTarget = (target: string, inputs: readonly string[], _kind?: undefined, options?: CheckTargetOptions): Promise<string> => check(target, inputs, film, options);

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'target-'));
});
afterEach(() => rm(folder, { recursive: true }));

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
  await expect(checkTarget(output, [])).rejects.toMatchObject({ code: 'bad-option', message: `--output: expected a name that ends in .mp4, .mov, got "${output}"` });
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

describe('a dry check', () => {
  test('asks instead of trying: nothing is written, not even for a moment', async () => {
    const { mtimeMs } = await stat(folder);
    const path = join(folder, 'dry.mp4');
    expect(await checkTarget(path, [], undefined, { isDry: true })).toBe(path);
    expect((await stat(folder)).mtimeMs).toBe(mtimeMs);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('refuses a folder that cannot be written', async () => {
    await mkdir(join(folder, 'locked'), { mode: 0o500 });
    await expect(checkTarget(join(folder, 'locked', 'film.mp4'), [], undefined, { isDry: true })).rejects.toMatchObject({ code: 'bad-option', message: `--output: expected a folder that can be written, got "${join(folder, 'locked')}" (EACCES)` });
  });

  test('a folder that would be made may be missing, but not where a file is in its way', async () => {
    const path = join(folder, 'new', 'deep', 'film.mp4');
    expect(await checkTarget(path, [], undefined, { isDry: true, makesFolder: true })).toBe(path);
    await expect(checkTarget(path, [], undefined, { isDry: true })).rejects.toMatchObject({ message: expect.stringContaining('expected a file in an existing folder') });
    await writeFile(join(folder, 'file'), 'x');
    await expect(checkTarget(join(folder, 'file', 'film.mp4'), [], undefined, { isDry: true, makesFolder: true })).rejects.toMatchObject({ message: expect.stringContaining('expected a file in an existing folder') });
  });
});
