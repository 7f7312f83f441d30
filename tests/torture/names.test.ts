/** Names that break scripts, links, outputs that are inputs, and two runs that write the same film. */
import { copyFile, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { animateJs, start } from '../support/command.ts';
import { portrait as picture } from '../support/pictures.ts';
import { burstNoise, wavBytes } from '../support/sound.ts';
import { decodeAll, filmFrames } from './outputs.ts';
import { isLong } from './settings.ts';
import { type Watched, watchVictim } from './watch.ts';

let folder = '';
let victim: Watched;
const here = (...names: string[]): string => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torture-names-'));
  await sharp(picture).resize(200, 200).png().toFile(here('face.png'));
  await writeFile(here('voice.wav'), wavBytes([burstNoise(0.4, 16_000)], 16_000));
  await mkdir(here('films'));
  victim = watchVictim();
});
afterAll(async () => {
  await victim.stop();
  await rm(folder, { recursive: true });
});

const onUnix = process.platform === 'linux';
const long = (ending: string): string => `${'ü'.repeat(125)}${'x'.repeat(5 - ending.length)}${ending}`; // 255 bytes
const plain = [`it's "so" 😀`, 'two\nlines', '%05d', ...(isLong ? ['-o', '👩‍🚀', 'a b', '--help', '$(touch x)', 'a;b&c|d', '*?[x]', 'file:x', '\\', '\u0001\u001b[31m', '.hidden', ' '] : [])];

// The library makes them: what matters is that no name is read as anything else, by ffmpeg above all. The command's own reading of words is tested below.
test.runIf(onUnix).each([...plain.map((name) => [name, `${name}.png`, `${name}.wav`, `${name}.mp4`]), ['255 bytes', long('.png'), long('.wav'), long('.mp4')]])('%j', async (_name, face, voice, film) => {
  await copyFile(here('face.png'), here(face));
  await copyFile(here('voice.wav'), here(voice));
  const { error, frames, faults } = await victim.ask({ task: 'film', kind: 'portrait', path: here(face), sound: here(voice), film: here('films', film), motionOut: here('motion.json') });
  expect({ error, frames, faults }).toEqual({ error: undefined, frames: filmFrames, faults: [] });
  expect(await decodeAll(here('films', film))).toBe(filmFrames);
  expect((await readdir(here('films'))).filter((each) => /-[0-9a-f]{8}\.\w+$/.test(each))).toEqual([]);
});

describe.runIf(onUnix)('the command', () => {
  const run = (words: string[], stdin?: Uint8Array) => start(process.execPath, [animateJs, '--size', '64', '--steps', '2', '--quiet', ...words], { cwd: folder, ...(stdin === undefined ? {} : { stdin }) }).ended;

  test('takes names that begin with a dash behind --', async () => {
    await copyFile(here('face.png'), here('-face.png'));
    await copyFile(here('voice.wav'), here('-voice.wav'));
    const { status, stdout } = await run(['-o', './-dash.mp4', '--', '-face.png', '-voice.wav']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${here('-dash.mp4')}\n` });
  });

  test('refuses a name that no folder takes before it does any work', async () => {
    const { status, stderr, seconds } = await run(['face.png', 'voice.wav', '-o', `${'x'.repeat(252)}.mp4`]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('--output: expected a shorter name, got "xxx') });
    expect(seconds).toBeLessThan(20);
  });

  test('two runs at once: one wins whole', async () => {
    const together = await Promise.all(['1', '2'].map((seed) => run(['face.png', 'voice.wav', '-o', 'same.mp4', '--seed', seed])));
    expect(together.map(({ status }) => status)).toEqual([0, 0]);
    expect(await decodeAll(here('same.mp4'))).toBe(filmFrames);
    expect((await readdir(folder)).filter((name) => name.startsWith('.same'))).toEqual([]);
  });
});

describe.runIf(onUnix)('links', () => {
  const make = (words: Record<string, string>) => victim.ask({ task: 'film', kind: 'portrait', path: here('face.png'), sound: here('voice.wav'), film: here('films', 'linked.mp4'), ...words });

  test('to inputs are followed', async () => {
    await symlink('face.png', here('link.png'));
    await symlink(here('voice.wav'), here('link.wav'));
    expect(await make({ path: here('link.png'), sound: here('link.wav') })).toMatchObject({ frames: filmFrames, faults: [] });
  });

  test('in place of the film are replaced; what they lead to stays as it was', async () => {
    await writeFile(here('precious.mp4'), 'precious');
    await symlink(here('precious.mp4'), here('films', 'to-file.mp4'));
    await symlink(here('nowhere.mp4'), here('films', 'to-nothing.mp4'));
    for (const name of ['to-file.mp4', 'to-nothing.mp4']) {
      expect(await make({ film: here('films', name), replaces: 'yes' })).toMatchObject({ frames: filmFrames, faults: [] });
      expect((await lstat(here('films', name))).isFile()).toBe(true);
    }
    expect(await readFile(here('precious.mp4'), 'utf8')).toBe('precious');
    await expect(stat(here('nowhere.mp4'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('in circles are told', async () => {
    await symlink(here('circle.png'), here('circle.png'));
    expect((await victim.ask({ task: 'portrait', path: here('circle.png'), sound: here('voice.wav'), film: here('films', 'x.mp4') })).error?.code).toBe('unreadable-input');
    expect((await victim.ask({ task: 'sound', path: here('circle.png'), portrait: here('face.png'), film: here('films', 'x.mp4') })).error?.code).toBe('unreadable-input');
  });

  // The victim removes the film before it makes one, so these ask for a plan: the check is the same.
  test.each(['itself', 'a symbolic link', 'a hard link', 'a linked folder'])('an output that is an input is refused: %s', async (how) => {
    await copyFile(here('voice.wav'), here('films', 'input.mp4'));
    const input = here('films', 'input.mp4');
    const output = { itself: input, 'a symbolic link': here('films', 'symbolic.mp4'), 'a hard link': here('films', 'hard.mp4'), 'a linked folder': here('linked-films', 'input.mp4') }[how] as string;
    if (how === 'a symbolic link') await symlink(input, output);
    if (how === 'a hard link') await link(input, output);
    if (how === 'a linked folder') await symlink(here('films'), here('linked-films'));
    const { error, faults } = await victim.ask({ task: 'portrait', path: here('face.png'), sound: input, film: output });
    expect({ error, faults }).toEqual({ error: { code: 'bad-option', message: `--output: expected another file than the input ${input}, got "${output}"` }, faults: [] });
  });
});
