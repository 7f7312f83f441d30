import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findFfmpeg } from '../../../src/ffmpeg/find.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-'));
  vi.stubEnv('ANIMATE_FFMPEG', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function writeProgram(name: string, prints: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho "${prints}"\n`);
  await chmod(path, 0o755);
  return path;
}
const good = 'ffmpeg version 9.9-test Copyright\nconfiguration: --enable-gpl --enable-libx264';

describe.skipIf(process.platform === 'win32')('with programs of our own', () => {
  test('the option comes first', async () => {
    const path = await writeProgram('mine', good);
    vi.stubEnv('ANIMATE_FFMPEG', await writeProgram('other', good));
    expect(await findFfmpeg({ path })).toEqual({ path, source: '--ffmpeg', version: '9.9-test' });
  });

  test('ANIMATE_FFMPEG comes before PATH', async () => {
    const path = await writeProgram('mine', good);
    vi.stubEnv('ANIMATE_FFMPEG', path);
    expect(await findFfmpeg()).toEqual({ path, source: 'ANIMATE_FFMPEG', version: '9.9-test' });
  });

  test('PATH comes before the bundled program', async () => {
    const path = await writeProgram('ffmpeg', good);
    vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
    expect(await findFfmpeg()).toEqual({ path, source: 'PATH', version: '9.9-test' });
  });

  test('a program in PATH that has no H.264 encoder is passed over', async () => {
    await writeProgram('ffmpeg', 'ffmpeg version 9.9-free Copyright\nconfiguration: --enable-lgpl');
    vi.stubEnv('PATH', folder);
    expect((await findFfmpeg()).source).toBe('bundled');
  });
});

test('the bundled program serves where PATH holds none', async () => {
  vi.stubEnv('PATH', folder);
  const found = await findFfmpeg();
  expect(found.source).toBe('bundled');
  expect(found.path).toContain('@ffmpeg-installer');
  expect(found.version).not.toBe('');
});

test('an option that names no program is an error, not a reason to look further', async () => {
  const path = join(folder, 'nothing');
  await expect(findFfmpeg({ path })).rejects.toMatchObject({
    code: 'ffmpeg-missing',
    message: `--ffmpeg: expected an ffmpeg program, got "${path}" (no such file)`,
    hint: 'Give the path of a working ffmpeg, or leave --ffmpeg out to use the one in PATH or the bundled one.',
  });
});

test('an option that names another program is an error', async () => {
  await expect(findFfmpeg({ path: process.execPath })).rejects.toMatchObject({
    code: 'ffmpeg-missing',
    message: expect.stringContaining(`--ffmpeg: expected an ffmpeg program, got "${process.execPath}" (`),
  });
});
