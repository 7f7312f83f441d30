import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprintFilm } from '../../../src/fingerprint.ts';
import { type AnimateOptions, resolveOptions } from '../../../src/options.ts';
import { writeTinyModel } from '../../support/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'fingerprint-'));
const manifest = writeTinyModel(folder);
rmSync(folder, { recursive: true });
const inputs = { portrait: 'face.png', sound: 'voice.wav' };
const hash = async (path: string): Promise<string> => createHash('sha256').update(path).digest('hex');
const print = async (options: AnimateOptions = {}, change: { inputs?: typeof inputs; manifest?: typeof manifest } = {}) => fingerprintFilm(change.inputs ?? inputs, resolveOptions(options, { environment: {} }).values, change.manifest ?? manifest, hash);

test('the same things give the same fingerprint, wherever the film goes and however it is made', async () => {
  const { fingerprint } = await print();
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
  for (const options of [{ output: 'x.mp4' }, { threads: 3 }, { ffmpeg: '/bin/ffmpeg' }, { motionOut: 'x.json' }, { sheet: 'x.png' }, { plot: 'x.svg' }, { seed: 0 }, { model: '/models/mine' }]) expect((await print(options)).fingerprint).toBe(fingerprint);
});

test('any other input, option or model gives another', async () => {
  const prints = await Promise.all([
    print(),
    ...[{ seed: 1 }, { fps: 30 }, { size: 512 }, { crf: 20 }, { background: 'black' }, { emotion: 'happy' }, { start: 1 }, { motion: 'take.csv' }, { motion: 'other.csv' }, { device: 'cpu' as const }].map((options) => print(options)),
    print({}, { inputs: { ...inputs, portrait: 'other.png' } }),
    print({}, { inputs: { ...inputs, sound: 'other.wav' } }),
    print({}, { inputs: { portrait: inputs.sound, sound: inputs.portrait } }),
    print({}, { manifest: { ...manifest, rig: { ...manifest.rig, sha256: '0'.repeat(64) } } }),
  ]);
  expect(new Set(prints.map(({ fingerprint }) => fingerprint)).size).toBe(prints.length);
});

test('a take counts, as its own sound it counts once, and frames from a program are never the same twice', async () => {
  const of = async (sound: string | undefined, options: AnimateOptions, motion?: AsyncIterable<never>) => (await fingerprintFilm({ portrait: 'face.png', sound, motion }, resolveOptions(options, { environment: {} }).values, manifest, hash)).fingerprint;
  expect(await of(undefined, { driving: 'take.mp4' })).toBe(await of('take.mp4', { driving: 'take.mp4' }));
  async function* live(): AsyncGenerator<never> {}
  const prints = [of('voice.wav', {}), of('voice.wav', { driving: 'take.mp4' }), of('voice.wav', { driving: 'other.mp4' }), of('voice.wav', { driving: 'take.mp4', drive: 'head' }), of(undefined, { driving: 'take.mp4' }), of('voice.wav', {}, live()), of('voice.wav', {}, live())];
  expect(new Set(await Promise.all(prints)).size).toBe(prints.length);
});

test('the options that go into the film name no files', async () => {
  const { options } = await print({ motion: '/home/me/take.csv', model: '/home/me/model', output: '/home/me/x.mp4', ffmpeg: '/home/me/ffmpeg', seed: 5 });
  expect(JSON.stringify(options)).not.toContain('/home');
  expect(options).toMatchObject({ seed: 5, fps: 25, background: 'white' });
});
