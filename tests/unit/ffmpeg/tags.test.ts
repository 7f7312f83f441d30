import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEncoders, parseEncoders } from '../../../src/ffmpeg/encoders.ts';
import { parseTags, readTags } from '../../../src/ffmpeg/tags.ts';
import { ffmpegOutput, ffmpegs } from '../../support/ffmpeg.ts';
import { portrait } from '../../support/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-tags-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('tags', () => {
  test('escapes and line breaks are taken back, streams are left out', () => {
    const text = ';FFMETADATA1\ntitle=a\\=b\\; \\#1 \\\\\ncomment=first\\\nsecond\n[STREAM]\nlanguage=und\n';
    expect(parseTags(text)).toEqual({ title: 'a=b; #1 \\', comment: 'first\nsecond' });
    expect(parseTags(';FFMETADATA1\n')).toEqual({});
  });

  test.each(ffmpegs)('$name gives back what was written', async ({ path }) => {
    const file = join(folder, `${path.length}.mp4`);
    const comment = 'AI-generated = {"a": "b;#\\\\"}\nand more';
    await ffmpegOutput(path, ['-i', portrait, '-frames:v', '1', '-vf', 'scale=64:64', '-pix_fmt', 'yuv420p', '-metadata', `comment=${comment}`, '-metadata', 'title=Übung', file]);
    expect(await readTags(path, file)).toMatchObject({ comment, title: 'Übung' });
  });
});

describe('encoders', () => {
  test('are read from the list, the legend is none', () => {
    const text = 'Encoders:\n V..... = Video\n A..... = Audio\n ------\n V....D libx264              libx264 H.264\n A....D aac                  AAC\n';
    expect(parseEncoders(text)).toEqual(['libx264', 'aac']);
  });

  test.each(ffmpegs)('$name has those that films need', async ({ path }) => {
    expect(await listEncoders(path)).toEqual(expect.arrayContaining(['libx264', 'aac']));
  });
});
