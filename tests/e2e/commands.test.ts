/** The commands beside making a film, as users type them. */

import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, Inspection } from '../../src/index.ts';
import { version } from '../../src/version.ts';
import { animate, root } from '../support/command.ts';
import { portrait, voice, writeLandscape, writeTwoFaces } from '../support/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-commands-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A folder for ANIMATE_MODELS whose `name` is the default model with another rig.bin. */
async function spoilModel(name: string): Promise<string> {
  const parent = join(folder, `models-${name}`);
  await mkdir(join(parent, name), { recursive: true });
  const source = join(root, 'models', 'default');
  for (const file of await readdir(source)) {
    const target = join(parent, name, file);
    if (file === 'rig.bin') await writeFile(target, 'no rig');
    else await link(join(source, file), target).catch(() => copyFile(join(source, file), target));
  }
  return parent;
}

describe('doctor', () => {
  const namesOf = ({ findings }: { findings: Finding[] }) => findings.map(({ name }) => name);

  test('finds that films can be made, and leaves nothing behind', async () => {
    const temporary = join(folder, 'temporary');
    await mkdir(temporary);
    const { status, stdout, stderr } = await animate(['doctor', '--json'], { environment: { TMPDIR: temporary } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
    expect(report.ok).toBe(true);
    expect(namesOf(report)).toEqual(['node', 'memory', 'temporary folder', 'command', 'ffmpeg', 'renderer', 'model default', 'ONNX Runtime', 'test film']);
    expect(report.findings.at(-1)).toMatchObject({ state: 'ok', details: { frames: 25, width: 192, height: 192 } });
    const { providers } = report.findings.find(({ name }) => name === 'ONNX Runtime')?.details as { providers: { device: string; starts: boolean; reason?: string }[] };
    expect(providers.map(({ device }) => device)).toEqual(['cpu', 'cuda', 'webgpu', 'coreml', 'dml']);
    for (const { starts, reason } of providers) expect(starts).toBe(reason === undefined);
    expect(await readdir(temporary)).toEqual([]);
  });

  test('exits with 6 and says what is missing: no ffmpeg, a damaged model', async () => {
    const environment = { ANIMATE_FFMPEG: '/nowhere/ffmpeg', ANIMATE_MODELS: await spoilModel('default') };
    const { status, stdout, stderr } = await animate(['doctor'], { environment });
    expect({ status, stderr }).toEqual({ status: 6, stderr: '' });
    expect(stdout).toMatch(/^bad {3}ffmpeg: ANIMATE_FFMPEG: expected an ffmpeg program, got "\/nowhere\/ffmpeg" \(no such file\)\n {6}Give the path/m);
    expect(stdout).toMatch(/^bad {3}model default: .*rig\.bin: expected \d+ bytes, got 6$/m);
    expect(stdout).toMatch(/^ok {4}renderer: /m);
    expect(stdout).toMatch(/\nFilms cannot be made: 3 of 9 checks failed\.\n$/);
  });

  test('a damaged model that nobody asked for is worth a note', async () => {
    const { status, stdout } = await animate(['doctor', '--json'], { environment: { ANIMATE_MODELS: await spoilModel('other') } });
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { findings: Finding[] }).findings.find(({ name }) => name === 'model other')).toMatchObject({ state: 'note', message: expect.stringContaining('rig.bin') });
  });

  // Loaded into the program and its threads: what requires the native part of `name` gets the error of a system that it was not built for.
  async function breakNative(name: string): Promise<string> {
    const file = join(folder, `break-${name}.cjs`);
    await writeFile(
      file,
      `const { _extensions } = require('module'); const load = _extensions['.node'];
       _extensions['.node'] = (module, file) => { if (/${name}/.test(file)) throw Object.assign(new Error('lib${name}.so: cannot open shared object file'), { code: 'ERR_DLOPEN_FAILED' }); return load(module, file); };`,
    );
    return `--require ${file}`;
  }

  test('native parts that do not load are findings, not bugs', async () => {
    const runtime = await animate(['doctor'], { environment: { NODE_OPTIONS: await breakNative('onnxruntime') } });
    expect(runtime).toMatchObject({ status: 6, stderr: '' });
    expect(runtime.stdout).toMatch(/^bad {3}model default: ONNX Runtime does not load \(libonnxruntime\.so: cannot open shared object file\)$/m);
    expect(runtime.stdout).toMatch(/^bad {3}test film: ONNX Runtime does not load/m);
    const pictures = await animate(['doctor', '--json'], { environment: { NODE_OPTIONS: await breakNative('sharp') } });
    expect(pictures).toMatchObject({ status: 6, stderr: '' });
    expect(JSON.parse(pictures.stdout)).toMatchObject({ ok: false, findings: [{ name: 'packages', state: 'bad', message: expect.stringMatching(/^the program does not load: .*sharp/) }] });
  });

  test('what it needs is in the package', async () => {
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--offline'], { cwd: root, maxBuffer: 1 << 24 });
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    for (const path of ['assets/test-face.webp', 'docs/animate.1', 'dist/doctor/examine.js', 'models/default/model.json', 'NOTICE']) expect(paths).toContain(path);
    expect(paths.filter((path) => path.startsWith('examples/'))).toEqual([]);
  });
});

describe('inspect', () => {
  const report = async <Kind extends Inspection['kind']>(kind: Kind, ...words: string[]) => {
    const { status, stdout, stderr } = await animate(['inspect', ...words, '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const found = JSON.parse(stdout) as Inspection;
    expect(found.kind).toBe(kind);
    return found as Extract<Inspection, { kind: Kind }>;
  };

  test('a portrait: faces from the left, the one that speaks, a picture of them', async () => {
    const file = join(folder, 'two.png');
    const overlay = join(folder, 'overlay.png');
    await writeTwoFaces(file);
    const { faces, width, height, pose, film, warnings, overlay: drawn } = await report('portrait', file, '--face', '2', '--overlay', overlay);
    expect({ width, height, film, drawn }).toEqual({ width: 932, height: 512, film: { width: 932, height: 512 }, drawn: overlay });
    expect(faces.map(({ number, speaks }) => ({ number, speaks }))).toEqual([{ number: 1, speaks: false }, { number: 2, speaks: true }]);
    expect(faces[0].size).toBeGreaterThan(faces[1].size);
    expect(faces[1].box.x).toBeGreaterThan(512);
    for (const { yaw, roll, confidence } of faces) {
      expect(Math.abs(yaw)).toBeLessThan(8);
      expect(Math.abs(roll)).toBeLessThan(8);
      expect(confidence).toBeGreaterThan(0.9);
    }
    expect(Math.abs(pose.roll - faces[1].roll)).toBeLessThan(4); // the same sign and nearly the same angle
    expect(warnings).toContainEqual(expect.stringContaining('the mouth is open'));
    const [before, after] = await Promise.all([file, overlay].map((each) => sharp(each).removeAlpha().raw().toBuffer({ resolveWithObject: true })));
    expect(after.info).toMatchObject({ width: 932, height: 512 });
    const changed = after.data.reduce((count, value, i) => count + Number(value !== before.data[i]), 0) / after.data.length;
    expect(changed).toBeGreaterThan(0.005);
    expect(changed).toBeLessThan(0.3);
  });

  test('a sound', async () => {
    const found = await report('sound', voice);
    expect(found).toMatchObject({ path: voice, durationSeconds: 7.1, sampleRate: 16_000, channels: 1, isSilent: false });
    expect(found.lufs).toBeLessThan(-15);
    expect(found.speechShare).toBeGreaterThan(0.7);
  });

  test('a sound from stdin', async () => {
    const { stdout, status } = await animate(['inspect', '-'], { stdin: await sharp(portrait).png().toBuffer() });
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/^stdin: a portrait of 640x640 pixels\n/) });
  });

  test('a film of ours', async () => {
    const file = join(folder, 'film.mp4');
    await animate([portrait, voice, '-o', file, '--size', '128', '--duration', '0.2']);
    const found = await report('film', file);
    expect(found).toMatchObject({ isOurs: true, width: 128, height: 128, fps: 25, video: 'h264', audio: 'aac', version, model: 'default', signature: { state: 'valid', signer: { kind: 'here' } } });
    expect(Object.values(found.tags)).toContainEqual(expect.stringContaining('AI-generated'));
  });

  test('a model', async () => {
    const found = await report('model', join(root, 'models', 'default'));
    expect(found).toMatchObject({ name: 'default', pipeline: 'rig', licence: 'Apache-2.0' });
    expect(found.networks).toHaveLength(6);
    expect(found.checks.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test('for people, in lines', async () => {
    const { stdout } = await animate(['inspect', portrait]);
    expect(stdout).toMatch(/^.*astronaut\.png: a portrait of 640x640 pixels\nface 1 \(speaks\): 218 pixels at 230,138, turned -?\d+°, tilted -?\d+°, sure to 100 %\npose of the fitted head: .*\nits film: 640x640\nwarning: /);
  });

  test.each([
    ['nothing', () => join(folder, 'none.png'), /none\.png: no such file/],
    ['text', () => join(root, 'package.json'), /package\.json: not readable as sound or video/],
    ['a folder', () => folder, /got a folder without model\.json/],
    ['an address', () => 'https://example.org/a.png', /expected a file on this machine, got an address/],
  ])('%s exits with 2', async (_what, file, message) => {
    expect(await animate(['inspect', file()])).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('a picture without a face exits with 2, as a film of it would', async () => {
    const file = join(folder, 'landscape.png');
    await writeLandscape(file);
    const { status, stdout } = await animate(['inspect', file, '--json']);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'no-face' } });
  });

  test('an overlay of a sound, or over the picture itself, is refused', async () => {
    expect(await animate(['inspect', voice, '--overlay', join(folder, 'x.png')])).toMatchObject({ status: 2, stderr: expect.stringContaining('--overlay: expected a portrait to draw over') });
    const copy = join(folder, 'copy.png');
    await copyFile(portrait, copy);
    expect(await animate(['inspect', copy, '--overlay', copy])).toMatchObject({ status: 2, stderr: expect.stringContaining('--overlay: expected another file than the input') });
  });
});

describe('models', () => {
  test('are listed, those of ANIMATE_MODELS first', async () => {
    const parent = await spoilModel('extra');
    const { stdout } = await animate(['models', '--json'], { environment: { ANIMATE_MODELS: parent } });
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'extra', folder: join(parent, 'extra') }, { name: 'default', licence: 'Apache-2.0', folder: join(root, 'models', 'default') }]);
  });

  test('are found in the folder of the user', async () => {
    const parent = await spoilModel('mine');
    await mkdir(join(folder, 'data', 'animate'), { recursive: true });
    await promisify(execFile)('mv', [parent, join(folder, 'data', 'animate', 'models')]);
    const { stdout } = await animate(['models', 'path', 'mine'], { environment: { XDG_DATA_HOME: join(folder, 'data') } });
    expect(stdout).toBe(`${join(folder, 'data', 'animate', 'models', 'mine')}\n`);
  });

  test('check exits with 0 for the shipped one, with 6 for a damaged one', async () => {
    expect(await animate(['models', 'check', 'default'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^default .*\n(ok .*\n){9}$/) });
    const parent = await spoilModel('damaged');
    expect(await animate(['models', 'check'], { environment: { ANIMATE_MODELS: parent } })).toMatchObject({ status: 6, stdout: expect.stringMatching(/^bad {3}rig\.bin: size and sha256: .*expected \d+ bytes, got 6$/m) });
  });

  test('a name that is nearly one is answered with it', async () => {
    expect(await animate(['models', 'path', 'defualt'])).toMatchObject({ status: 3, stderr: expect.stringContaining('Did you mean "default"?') });
    expect(await animate([portrait, voice, '--model', 'defalt', '-o', join(folder, 'x.mp4')])).toMatchObject({ status: 3, stderr: expect.stringContaining('Did you mean "default"?') });
  });

  test('an unknown action is refused', async () => {
    expect(await animate(['models', 'fetch'])).toMatchObject({ status: 2, stderr: expect.stringContaining('models: expected list, check, path or licences, got "fetch"') });
  });

  test('licences name the model, its sources and the packages', async () => {
    const { stdout } = await animate(['models', 'licences']);
    expect(stdout).toMatch(/^The model default .*: Apache-2\.0/);
    expect(stdout).toMatch(/^ {2}MIT +Whisper/m);
    expect(stdout).toMatch(/^ {2}Apache-2\.0 +sharp /m);
  });
});

describe('names and help', () => {
  test('a portrait that is called like a command is given with its folder', async () => {
    await copyFile(portrait, join(folder, 'doctor'));
    await copyFile(voice, join(folder, 'models'));
    const { status, stdout } = await animate(['./doctor', 'models', '--size', '128', '--duration', '0.2', '-o', 'named.mp4'], { cwd: folder });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${join(folder, 'named.mp4')}\n` });
  });

  test.each([['doctor'], ['inspect'], ['models'], ['completion'], ['man']])('%s --help tells what it does', async (command) => {
    const { status, stdout } = await animate([command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: animate ${command} `));
  });

  test('completion and man print what shells and man read', async () => {
    expect(await animate(['completion', 'bash'])).toMatchObject({ status: 0, stdout: expect.stringContaining('complete -o default -F _animate animate animate-portrait') });
    expect(await animate(['completion', 'tcsh'])).toMatchObject({ status: 2, stderr: expect.stringContaining('bash, zsh, fish') });
    expect(await animate(['man'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\.\\".*\n\.TH ANIMATE 1/) });
  });

  test('a mistyped option of a command is answered with the right one', async () => {
    expect(await animate(['inspect', portrait, '--overlai', 'x.png'])).toMatchObject({ status: 2, stderr: expect.stringContaining('Did you mean --overlay?') });
  });
});
