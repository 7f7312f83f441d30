import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { removeLeftovers, temporaryBeside } from '../../../src/video/leftovers.ts';

test('the temporary name is hidden, in the same folder, with the same ending, and never the same twice', () => {
  const first = temporaryBeside('/films/a.b.mp4');
  expect(first).toMatch(new RegExp(`^/films/\\.a\\.b\\.[0-9a-f]{8}-${process.pid}-[0-9a-f]{8}\\.mp4$`));
  expect(temporaryBeside('/films/a.b.mp4')).not.toBe(first);
});

test('the longest name that a file can have leaves room for the temporary one', () => {
  const letters = '€'.repeat(83); // 249 bytes
  expect(Buffer.byteLength(basename(temporaryBeside(`/films/${letters}.mp4`)))).toBeLessThanOrEqual(255);
});

test('files of processes that are gone are removed; those of running ones, of other machines and all else stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'leftovers-'));
  try {
    const gone = spawnSync(process.execPath, ['-e', '0']).pid;
    const mine = basename(temporaryBeside(join(folder, 'film.mp4')));
    const dead = mine.replace(`-${process.pid}-`, `-${gone}-`);
    const foreign = dead.replace(/\.[0-9a-f]{8}-/, '.01234567-');
    const others = ['.film.mp4', 'film.mp4', '.film.0123abcd.mp4', foreign, mine];
    for (const name of [dead, ...others]) await writeFile(join(folder, name), 'x');
    await removeLeftovers(folder);
    expect((await readdir(folder)).sort()).toEqual([...others].sort());
    await removeLeftovers(join(folder, 'nowhere')); // no error
  } finally {
    await rm(folder, { recursive: true });
  }
});
