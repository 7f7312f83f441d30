import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { modelFolders, openModel } from '../../../src/model/open.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { openNetworks } from '../../../src/model/session.ts';
import { tensor } from '../../../src/tensor/tensor.ts';
import { writeTinyModel } from '../../support/tiny-model.ts';

const parent = mkdtempSync(join(tmpdir(), 'animate-open-'));
afterAll(() => rmSync(parent, { recursive: true }));
writeTinyModel(join(parent, 'tiny'));
const here = { device: 'cpu', startNetworks: openNetworks } as const; // the worker exists in dist only: tests/e2e and tests/gpu use it

describe('opening', () => {
  test('a folder gives manifest, rig bytes and networks that run', async () => {
    const model = await openModel(join(parent, 'tiny'), here);
    expect(model.name).toBe('tiny');
    expect(model.folder).toBe(join(parent, 'tiny'));
    expect([...new Uint8Array(model.rig)]).toEqual([1, 2, 3, 4, 5]);
    expect(model.rig).toBeInstanceOf(SharedArrayBuffer);
    expect(model.device).toEqual({ used: 'cpu', refused: [] });
    const { mask } = await model.networks.personMask({ image: tensor(new Float32Array(256 * 256 * 3), [1, 256, 256, 3]) });
    expect(mask).toEqual(tensor(new Float32Array(256 * 256), [1, 256, 256]));
    await model.close();
  });

  test('a name is looked up in the folders, the first that has it', async () => {
    writeTinyModel(join(parent, 'other', 'tiny'), (manifest) => ({ ...manifest, version: '2' }));
    const model = await openModel('tiny', { ...here, folders: [join(parent, 'none'), join(parent, 'other'), parent] });
    expect(model.manifest.version).toBe('2');
    await model.close();
  });

  test('names are looked up in ANIMATE_MODELS, the user’s data folder, then the package', () => {
    const folders = modelFolders({ ANIMATE_MODELS: '/a:/b', XDG_DATA_HOME: '/data' });
    expect(folders.slice(0, 3)).toEqual(['/a', '/b', '/data/animate/models']);
    expect(folders[3]).toMatch(/models$/);
  });
});

describe('a model that cannot be opened', () => {
  test('an unknown name says where it was looked for', async () => {
    const opening = openModel('nosuch', { ...here, folders: [parent] });
    await expect(opening).rejects.toMatchObject({ code: 'model-missing', message: expect.stringMatching(new RegExp(`^--model nosuch: no such model in ${parent}, `)) });
  });

  test('a folder without model.json', async () => {
    await expect(openModel(join(parent, 'void'), here)).rejects.toMatchObject({ code: 'model-missing', message: `--model ${join(parent, 'void')}: no model.json in ${join(parent, 'void')}` });
  });

  const spoilt: [string, (folder: string) => void, (manifest: Manifest) => unknown, string, string][] = [
    ['a missing file', (folder) => rmSync(join(folder, 'rig.bin')), (manifest) => manifest, 'model-missing', 'rig.bin: the model has no such file'],
    ['a truncated file', (folder) => writeFileSync(join(folder, 'rig.bin'), 'x'), (manifest) => manifest, 'model-mismatch', 'rig.bin: expected 5 bytes, got 1'],
    ['a changed file', (folder) => writeFileSync(join(folder, 'rig.bin'), 'abcde'), (manifest) => manifest, 'model-mismatch', `rig.bin: expected sha256 ${'74f81fe167d99b4cb41d6d0ccda82278caee9f3e2f25d5e5a3936ff3dcec60d0'}, got ${'36bbe50ed96841d10443bcb670d6554f0a34b761be67ec9c4a8ad2c0c44ca42c'}`],
    ['a graph of another shape', () => {}, (manifest) => ({ ...manifest, networks: { ...manifest.networks, speechEncoder: { ...manifest.networks.speechEncoder, inputs: { mel: [1, 80, 5] } } } }), 'model-mismatch', 'speechEncoder.onnx: input "mel" is [1, 80, 4] in the graph, manifest says [1, 80, 5]'],
  ];
  test.each(spoilt)('%s', async (what, spoil, change, code, message) => {
    const folder = join(parent, what.replaceAll(' ', '-'));
    writeTinyModel(folder, change);
    spoil(folder);
    await expect(openModel(folder, here)).rejects.toMatchObject({ code, message: `${folder}/${message}` });
  });

  test.skipIf(process.platform === 'win32')('a file that is a link out of the folder', async () => {
    const folder = join(parent, 'linked');
    writeTinyModel(folder);
    writeFileSync(join(parent, 'outside.bin'), Uint8Array.of(1, 2, 3, 4, 5)); // even with the right content
    rmSync(join(folder, 'rig.bin'));
    symlinkSync(join('..', 'outside.bin'), join(folder, 'rig.bin'));
    await expect(openModel(folder, here)).rejects.toMatchObject({ code: 'model-mismatch', message: expect.stringMatching(/rig\.bin: expected a file in the folder of the model, got a link to .*outside\.bin$/) });
    symlinkSync(folder, join(parent, 'linked-folder')); // the folder itself may be one
    rmSync(join(folder, 'rig.bin'));
    writeFileSync(join(folder, 'rig.bin'), Uint8Array.of(1, 2, 3, 4, 5));
    await (await openModel(join(parent, 'linked-folder'), here)).close();
  });

  test('a model.json of a size that none has', async () => {
    const folder = join(parent, 'endless');
    mkdirSync(folder);
    writeFileSync(join(folder, 'model.json'), ' '.repeat(1_000_001));
    await expect(openModel(folder, here)).rejects.toMatchObject({ code: 'model-mismatch', message: `${join(folder, 'model.json')}: expected at most 1000000 bytes, got 1000001` });
  });

  test('its networks are closed again when a check fails', async () => {
    const folder = join(parent, 'closed-again');
    writeTinyModel(folder);
    writeFileSync(join(folder, 'rig.bin'), 'abcde');
    const close = vi.fn(async () => {});
    const startNetworks = async () => ({ run: {}, used: 'cpu' as const, refused: [], close });
    await expect(openModel(folder, { startNetworks })).rejects.toMatchObject({ code: 'model-mismatch' });
    expect(close).toHaveBeenCalledOnce();
  });

  test('a signal that fired opens nothing', async () => {
    await expect(openModel('tiny', { ...here, folders: [parent], signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('errors cross the thread border with code, message and hint', async () => {
  const { fromPlainError, toPlainError } = await import('../../../src/model/messages.ts');
  const { AnimateError } = await import('../../../src/errors.ts');
  const original = new AnimateError('device-unavailable', 'no', { hint: 'try cpu' });
  expect(fromPlainError(structuredClone(toPlainError(original)))).toEqual(original);
  const bug = new TypeError('bug');
  expect(fromPlainError(structuredClone(toPlainError(bug)))).toMatchObject({ message: 'bug', stack: bug.stack });
});
