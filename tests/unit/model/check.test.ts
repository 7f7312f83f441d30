import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkModel, summariseModel } from '../../../src/model/check.ts';
import { openNetworks } from '../../../src/model/session.ts';
import { writeTinyModel } from '../../support/tiny-model.ts';

const parent = mkdtempSync(join(tmpdir(), 'animate-check-'));
afterAll(() => rmSync(parent, { recursive: true }));
const here = { startNetworks: openNetworks } as const; // the worker exists in dist only

test('a whole model passes everything', async () => {
  const folder = join(parent, 'whole');
  const manifest = writeTinyModel(folder);
  const { checks, ...summary } = await checkModel(folder, here);
  expect(checks).toHaveLength(9);
  expect(checks.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(summary).toEqual(await summariseModel(folder));
  expect(summary).toMatchObject({ name: 'tiny', version: '1', kind: 'rig', folder, licence: 'Apache-2.0' });
  expect(summary.bytes).toBe([...Object.values(manifest.networks), manifest.rig].reduce((sum, { bytes }) => sum + bytes, 0));
  expect(summary.networks.map(({ name }) => name)).toEqual(Object.keys(manifest.networks));
});

test('every file that differs is told, not only the first', async () => {
  const folder = join(parent, 'spoilt');
  writeTinyModel(folder);
  writeFileSync(join(folder, 'rig.bin'), 'abcde');
  rmSync(join(folder, 'personMask.onnx'));
  const { checks } = await checkModel(folder, here);
  expect(checks.flatMap(({ problem }) => problem ?? [])).toEqual([
    `${join(folder, 'personMask.onnx')}: the model has no such file`,
    expect.stringMatching(/rig\.bin: expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}$/),
  ]);
  expect(checks.some(({ what }) => what.startsWith('networks start'))).toBe(false);
});

test('a graph with other shapes than its manifest is told', async () => {
  const folder = join(parent, 'shapes');
  writeTinyModel(folder, (manifest) => ({ ...manifest, networks: { ...manifest.networks, speechEncoder: { ...manifest.networks.speechEncoder, inputs: { mel: [1, 80, 9] } } } }));
  const { checks } = await checkModel(folder, here);
  expect(checks.at(-1)).toMatchObject({ problem: expect.stringContaining('input "mel" is [1, 80, 4] in the graph, manifest says [1, 80, 9]') });
});

test('a folder without a usable model.json is an error', async () => {
  await expect(checkModel(join(parent, 'none'), here)).rejects.toMatchObject({ code: 'model-missing' });
});
