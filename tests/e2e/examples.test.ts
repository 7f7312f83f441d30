/** The files in examples/ do what they say, against the built package. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'examples-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('animate.ts is well typed and makes a film and a frame', async () => {
  // Compiled inside the package, so that its own name leads to dist/, as 'animate-portrait' does for a user.
  const compiled = join(root, 'out/examples');
  const flags = ['--outDir', compiled, '--module', 'node20', '--target', 'es2023', '--lib', 'es2023', '--types', 'node', '--strict', '--skipLibCheck'];
  try {
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...flags, '--ignoreConfig', 'examples/animate.ts'], { cwd: root });
    const pictures = [join(root, 'examples/astronaut.png'), join(root, 'examples/librivox.wav')];
    const { stdout, stderr } = await run(process.execPath, [join(compiled, 'animate.js'), folder, ...pictures]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/frame 25 of 25/);
    expect(stdout).toMatch(/film\.mp4: 25 frames/);
    expect((await readFile(join(folder, 'film.mp4'))).toString('latin1', 4, 8)).toBe('ftyp');
    const frame = await readFile(join(folder, 'frame.ppm'));
    expect(frame.toString('latin1', 0, 15)).toBe('P6 256 256 255\n');
    expect(frame).toHaveLength(15 + 256 * 256 * 3);
  } finally {
    await rm(compiled, { recursive: true, force: true });
  }
});

test('smoke.sh finds nothing wrong', async () => {
  expect((await run(join(root, 'examples/smoke.sh'))).stdout).toBe('smoke: film made, mistakes reported\n');
});

test('dub-all.sh makes the films it can and names the sound it cannot read', async () => {
  const out = join(folder, 'films');
  const sound = join(folder, 'short.wav');
  // The first half second of the example voice: 44 bytes of header, 16 kHz, 16 bit, mono. Sizes in the header stay too large, as in a cut download.
  await writeFile(sound, (await readFile(join(root, 'examples/librivox.wav'))).subarray(0, 44 + 16_000));
  const broken = join(root, 'package.json');
  const failure = await run(join(root, 'examples/dub-all.sh'), [join(root, 'examples/astronaut.png'), out, broken, sound]).catch((error) => error);
  expect(failure.code).toBe(1);
  expect(failure.stderr).toContain('1 of 2 done');
  expect(failure.stderr).toContain(`failed: ${broken} (exit 2)`);
  expect((await stat(join(out, 'short.mp4'))).size).toBeGreaterThan(1000);
});

test('dub-all.sh says how to use it', async () => {
  const failure = await run(join(root, 'examples/dub-all.sh'), []).catch((error) => error);
  expect(failure.code).toBe(2);
  expect(failure.stderr).toMatch(/^usage: .*dub-all\.sh PORTRAIT OUT_FOLDER SOUND\.\.\.\n$/);
});
