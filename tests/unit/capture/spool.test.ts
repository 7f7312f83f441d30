import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openSpool } from '../../../src/capture/spool.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-tests-'));
  vi.stubEnv('TMPDIR', folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const landmarksOf = (index: number): Float32Array => Float32Array.from({ length: 1434 }, (_, i) => index + i / 7);

test('frames come back as they were, in order, as often as wanted', async () => {
  const spool = await openSpool();
  for (let index = 0; index < 100; index++) {
    const hasFace = index % 10 !== 3;
    await spool.add({ timeSeconds: index / 29.97, confidence: hasFace ? 0.5 : 0, isCut: index === 50, landmarks: hasFace ? landmarksOf(index) : undefined });
  }
  expect(spool.count).toBe(100);
  for (const step of [1, 7]) {
    let index = 0;
    for await (const frame of spool.frames(step)) {
      expect(frame.timeSeconds).toBe(index / 29.97);
      expect(frame.isCut).toBe(index === 50);
      if (index % 10 === 3) expect(frame.landmarks).toBeUndefined();
      else expect(frame.landmarks).toEqual(landmarksOf(index));
      index += step;
    }
    expect(index).toBeGreaterThanOrEqual(100);
  }
  await spool.remove();
  expect(readdirSync(folder)).toEqual([]);
});

test('nothing is left of a spool that is removed while it is written', async () => {
  const spool = await openSpool();
  for (let index = 0; index < 40; index++) await spool.add({ timeSeconds: index, confidence: 1, isCut: false, landmarks: landmarksOf(index) });
  expect(readdirSync(folder)).toHaveLength(1);
  await spool.remove();
  expect(readdirSync(folder)).toEqual([]);
});

test('where nothing can be kept, that is told', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'missing'));
  await expect(openSpool()).rejects.toMatchObject({ code: 'unreadable-input', message: expect.stringContaining('cannot be kept') });
  vi.stubEnv('TMPDIR', folder);
});
