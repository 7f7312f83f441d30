import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { networkNames, parseManifest } from '../../../src/model/manifest.ts';
import { writeTinyModel } from '../../support/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'animate-manifest-'));
afterAll(() => rmSync(folder, { recursive: true }));
const manifest = writeTinyModel(folder);
const text = readFileSync(join(folder, 'model.json'), 'utf8');

function errorOf(json: unknown): AnimateError {
  try {
    parseManifest(typeof json === 'string' ? json : JSON.stringify(json), 'model.json');
  } catch (error) {
    if (error instanceof AnimateError) return error;
    throw error;
  }
  throw new Error('no error');
}

test('reads what the tiny model holds', () => {
  expect(parseManifest(text, 'model.json')).toEqual(manifest);
  expect(networkNames).toEqual(['speechEncoder', 'denoiser', 'faceDetectorNear', 'faceDetectorFar', 'faceMesh', 'personMask']);
});

describe('refuses, naming file and field', () => {
  test.each([
    ['text that is no JSON', '{', /^model\.json: not readable as JSON \(/],
    ['an earlier format', { ...manifest, format: 1 }, /^model\.json: format: expected 2, got 1$/],
    ['another kind', { ...manifest, kind: 'ditto' }, /^model\.json: kind: expected "rig", got "ditto"$/],
    ['a missing field', { ...manifest, rig: undefined }, /^model\.json: ✖ [\s\S]*→ at rig$/],
    ['an unknown field', { ...manifest, extra: 1 }, /^model\.json: ✖ Unrecognized key: "extra"$/],
    ['a file outside the folder', { ...manifest, rig: { ...manifest.rig, file: '../rig.bin' } }, /plain name of a file[\s\S]*→ at rig\.file$/],
    ['a file larger than memory', { ...manifest, rig: { ...manifest.rig, bytes: 2 ** 40 } }, /Too big: expected number to be <=1073741824[\s\S]*→ at rig\.bytes$/],
    ['a file in a folder of its own', { ...manifest, rig: { ...manifest.rig, file: 'sub/rig.bin' } }, /plain name of a file[\s\S]*→ at rig\.file$/],
    ['a hidden file', { ...manifest, rig: { ...manifest.rig, file: '.rig' } }, /plain name of a file[\s\S]*→ at rig\.file$/],
    ['a face net of another size', { ...manifest, networks: { ...manifest.networks, faceMesh: { ...manifest.networks.faceMesh, inputs: { image: [1, 256, 256, 3] } } } }, /^model\.json: networks\.faceMesh\.inputs\.image: expected \[1, 192, 192, 3\], got \[1, 256, 256, 3\]$/],
    ['a missing output', { ...manifest, networks: { ...manifest.networks, personMask: { ...manifest.networks.personMask, outputs: {} } } }, /^model\.json: networks\.personMask\.outputs\.mask: expected \[1, 256, 256\], got nothing$/],
    ['an input too many', { ...manifest, networks: { ...manifest.networks, personMask: { ...manifest.networks.personMask, inputs: { ...manifest.networks.personMask.inputs, more: [1] } } } }, /^model\.json: networks\.personMask\.inputs\.more: expected nothing more than image$/],
    ['a denoiser of other clips', { ...manifest, motion: { ...manifest.motion, clipFrames: 61 } }, /^model\.json: networks\.denoiser\.inputs\.x: expected \[batch, 61, 58\], got \[batch, 60, 58\]$/],
    ['tokens of another size', { ...manifest, sound: { ...manifest.sound, tokenSize: 10 } }, /^model\.json: sound\.tokenSize: expected 672, got 10$/],
    ['a channel that is none', { ...manifest, motion: { ...manifest.motion, channels: ['jawWide', ...manifest.motion.channels.slice(1)] } }, /^model\.json: motion\.channels: expected names of the motion vector, got "jawWide"$/],
    ['a channel twice', { ...manifest, motion: { ...manifest.motion, channels: [...manifest.motion.channels.slice(0, -1), 'jawOpen'] } }, /^model\.json: motion\.channels: expected each name once, got "jawOpen" again$/],
    ['a sound that this program cannot make', { ...manifest, sound: { ...manifest.sound, sampleRate: 44100 } }, /expected 16000[\s\S]*→ at sound\.sampleRate$/],
    ['a short mean', { ...manifest, motion: { ...manifest.motion, mean: [0] } }, /^model\.json: motion\.mean: expected 58 numbers, one a channel, got 1$/],
    ['a noise range upside down', { ...manifest, sampler: { ...manifest.sampler, sigmaMin: 9 } }, /^model\.json: sampler\.sigmaMin: expected less than sigmaMax 8, got 9$/],
  ])('%s', (_what, json, message) => {
    const error = errorOf(json);
    expect(error.code).toBe('model-mismatch');
    expect(error.message).toMatch(message);
  });
});

test('any JSON gives a manifest or an AnimateError', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(errorOf(json).code).toBe('model-mismatch');
    }),
  );
});
