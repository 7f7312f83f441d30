import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openResults } from '../../../src/batch/results.ts';

let path = '';
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'results-')), 'results.jsonl');
});
afterEach(() => rm(join(path, '..'), { recursive: true }));
const result = (line: number) => ({ line, status: 'done' as const, time: '2026-01-01T00:00:00.000Z' });
const lines = async (): Promise<string[]> => (await readFile(path, 'utf8')).split('\n');

test('each result is a line, written when it is told, in whatever order they come together', async () => {
  const file = await openResults(path);
  await file.append(result(2));
  expect(await lines()).toEqual([JSON.stringify(result(2)), '']);
  await Promise.all([file.append(result(3)), file.append(result(4))]);
  await file.close();
  expect((await lines()).slice(0, 3).map((text) => (JSON.parse(text) as { line: number }).line)).toEqual([2, 3, 4]);
});

test('what earlier runs told stays, and a line that was cut off does not swallow the next', async () => {
  await appendFile(path, `${JSON.stringify(result(2))}\n{"line":3,"sta`);
  const file = await openResults(path);
  await file.append(result(3));
  await file.close();
  expect(await lines()).toEqual([JSON.stringify(result(2)), '{"line":3,"sta', JSON.stringify(result(3)), '']);
});

test('a folder that is not there is refused', async () => {
  await expect(openResults('/nowhere/results.jsonl')).rejects.toMatchObject({ code: 'bad-option', message: '/nowhere/results.jsonl: cannot be written (ENOENT)' });
});

test.runIf(process.platform === 'linux')('a full disk is told as what it is', async () => {
  const file = await openResults('/dev/full');
  await expect(file.append(result(2))).rejects.toMatchObject({ code: 'bad-option', message: '/dev/full: cannot be written (ENOSPC)' });
  await file.close();
});
