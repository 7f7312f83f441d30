import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settle } from '../../../src/video/settle.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settle-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the file takes the name, also of one that is there', async () => {
  await writeFile(join(folder, 'film.mp4'), 'old');
  await writeFile(join(folder, '.film.mp4'), 'new');
  await settle(join(folder, '.film.mp4'), join(folder, 'film.mp4'));
  expect(await readdir(folder)).toEqual(['film.mp4']);
  expect(await readFile(join(folder, 'film.mp4'), 'utf8')).toBe('new');
});

test('a file that is gone leaves what was there', async () => {
  await expect(settle(join(folder, 'none'), join(folder, 'film.mp4'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readFile(join(folder, 'film.mp4'), 'utf8')).toBe('new');
});
