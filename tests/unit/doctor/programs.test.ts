import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkCommand, checkFfmpeg } from '../../../src/doctor/programs.ts';
import { bundledFfmpeg } from '../../support/ffmpeg.ts';

let folder = '';
let own = '';
/** A folder of PATH whose `animate` is a file with that text. */
async function place(name: string, text: string, mode = 0o755): Promise<string> {
  const inner = join(folder, name);
  await mkdir(inner, { recursive: true });
  await writeFile(join(inner, 'animate'), text);
  await chmod(join(inner, 'animate'), mode);
  return inner;
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-programs-'));
  own = join(folder, 'animate.js');
  await writeFile(own, "import '../dist/cli/main.js';\n", { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('the animate that a shell finds', () => {
  test('is this one when the link in PATH leads here', async () => {
    await mkdir(join(folder, 'linked'));
    await symlink(own, join(folder, 'linked', 'animate'));
    const later = await place('later', '#!/bin/sh\n');
    expect(await checkCommand([join(folder, 'linked'), later].join(delimiter), own)).toMatchObject({ state: 'ok', details: { kind: 'this one' } });
    expect(await checkCommand([later, join(folder, 'linked')].join(delimiter), own)).toMatchObject({ state: 'note', details: { kind: 'another program', path: join(later, 'animate') } });
  });

  test("is ImageMagick's, by the name that its link leads to or by what it says in itself", async () => {
    await mkdir(join(folder, 'debian'));
    await writeFile(join(folder, 'animate-im6.q16'), '\x7fELF', { mode: 0o755 });
    await symlink(join(folder, 'animate-im6.q16'), join(folder, 'debian', 'animate'));
    const message = expect.stringMatching(/^the shell's animate is ImageMagick's \(/);
    const hint = 'Type animate-portrait instead: it is the same command as this one.';
    expect(await checkCommand(join(folder, 'debian'), own)).toMatchObject({ state: 'note', message, hint });
    expect(await checkCommand(await place('script', '#!/bin/sh\nexec magick animate "$@"\n'), own)).toMatchObject({ state: 'note', message, hint });
  });

  test('is another copy of this one', async () => {
    const copy = join(folder, 'copy');
    await mkdir(copy);
    await writeFile(join(copy, 'animate.js'), "import '../dist/cli/main.js';\n", { mode: 0o755 });
    await mkdir(join(folder, 'copied'));
    await symlink(join(copy, 'animate.js'), join(folder, 'copied', 'animate'));
    expect(await checkCommand(join(folder, 'copied'), own)).toMatchObject({ state: 'note', details: { kind: 'another copy' } });
  });

  test('is none, and what cannot be run does not count', async () => {
    const locked = await place('locked', 'text', 0o644);
    expect(await checkCommand([locked, join(folder, 'nowhere')].join(delimiter), own)).toMatchObject({ state: 'note', message: 'the shell finds no animate', details: { path: null } });
  });
});

describe('ffmpeg', () => {
  test('is told with its version and encoders', async () => {
    expect(await checkFfmpeg(bundledFfmpeg)).toMatchObject({ state: 'ok', details: { path: bundledFfmpeg, encoders: expect.arrayContaining(['libx264', 'aac', 'gif']) } });
  });

  test('that does not start is bad', async () => {
    expect(await checkFfmpeg('/nowhere/ffmpeg')).toMatchObject({ state: 'bad', message: '--ffmpeg: expected an ffmpeg program, got "/nowhere/ffmpeg" (no such file)', hint: expect.stringContaining('working ffmpeg') });
  });

  test.skipIf(process.platform === 'win32')('without the encoders of a film is bad, and says which', async () => {
    const poor = join(folder, 'poor-ffmpeg');
    await writeFile(poor, '#!/bin/sh\ncase "$*" in *-encoders*) printf " ------\\n V....D mpeg4  x\\n A....D aac  x\\n";; *) echo "ffmpeg version 9 x";; esac\n', { mode: 0o755 });
    expect(await checkFfmpeg(poor)).toMatchObject({ state: 'bad', message: `ffmpeg 9 at ${poor} (--ffmpeg) lacks libx264` });
  });
});
