import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkKernel, checkMemory, checkNode, checkTemporaryFolder, compareVersions } from '../../../src/doctor/machine.ts';
import { createKernel } from '../../../src/kernel/kernel.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-machine-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('Node', () => {
  test.each([
    ['20.19.0', '20.19', 'ok'],
    ['20.9.5', '20.19', 'bad'],
    ['18.20.0', '20.19', 'bad'],
    ['22.0.0', '20.19', 'ok'],
    ['21.0.0-nightly', '20.19', 'ok'],
  ])('%s where %s is needed is %s', (version, least, state) => {
    expect(checkNode(version, least)).toMatchObject({ state, details: { version, least } });
  });

  test('versions are compared part by part', () => {
    expect(compareVersions('1.10', '1.9')).toBeGreaterThan(0);
    expect(compareVersions('1.2', '1.2.0')).toBe(0);
    expect(compareVersions('1.2', '1.2.1')).toBeLessThan(0);
  });
});

test('memory is told in bytes, no more free than there is', () => {
  const { details, state } = checkMemory();
  const { totalBytes, availableBytes, cores } = details as Record<string, number>;
  expect(availableBytes).toBeLessThanOrEqual(totalBytes);
  expect(totalBytes).toBeGreaterThan(1e8);
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(['ok', 'note']).toContain(state);
});

describe('the temporary folder', () => {
  test('that can be written is ok, and stays as it was', async () => {
    expect(await checkTemporaryFolder(folder)).toMatchObject({ details: { folder, freeBytes: expect.any(Number) } });
    expect(await readdir(folder)).toEqual([]);
  });

  test('that is not there is bad, with the reason', async () => {
    expect(await checkTemporaryFolder(join(folder, 'none'))).toMatchObject({ state: 'bad', message: `${join(folder, 'none')}: cannot be written (ENOENT)`, hint: expect.stringContaining('TMPDIR') });
  });
});

describe("the renderer's WebAssembly", () => {
  test('is ok as it was built', () => {
    expect(checkKernel()).toMatchObject({ state: 'ok' });
  });

  test('that does not load, or computes something else, is bad', () => {
    const broken = () => {
      throw new Error('CompileError: no SIMD');
    };
    expect(checkKernel(broken)).toMatchObject({ state: 'bad', message: 'its WebAssembly does not run (CompileError: no SIMD)' });
    const lazy = () => ({ ...createKernel(), loops: { clearTarget: () => {} } }) as unknown as ReturnType<typeof createKernel>;
    expect(checkKernel(lazy)).toMatchObject({ state: 'bad', message: expect.stringContaining('computes something else') });
  });
});
