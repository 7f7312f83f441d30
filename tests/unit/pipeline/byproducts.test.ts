import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openByproducts } from '../../../src/byproducts.ts';
import { resolveOptions } from '../../../src/options.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'byproducts-'))));
afterEach(() => rm(folder, { recursive: true }));

test('a film alone takes frames and no motion', async () => {
  const byproducts = await openByproducts(resolveOptions({}, { environment: {} }).values, []);
  expect(byproducts.takeMotion).toBeUndefined();
  await byproducts.takeFrame(new Uint8Array(3), 0);
  await byproducts.close();
  await byproducts.finish();
  expect(await readdir(folder)).toEqual([]);
});

test('the motion file appears when the film is finished', async () => {
  const { values } = resolveOptions({ motionOut: join(folder, 'take.json') }, { environment: {} });
  const byproducts = await openByproducts(values, []);
  await byproducts.takeMotion?.(new Float32Array(58).fill(0.25));
  await byproducts.close();
  expect(await readdir(folder)).not.toContain('take.json');
  await byproducts.finish();
  await byproducts.abort();
  expect(await readdir(folder)).toEqual(['take.json']);
  expect(await readFile(join(folder, 'take.json'), 'utf8')).toContain('0.25');
});

test('giving up leaves nothing', async () => {
  const { values } = resolveOptions({ motionOut: join(folder, 'take.json') }, { environment: {} });
  const byproducts = await openByproducts(values, []);
  await byproducts.takeMotion?.(new Float32Array(58));
  await byproducts.abort();
  expect(await readdir(folder)).toEqual([]);
});
