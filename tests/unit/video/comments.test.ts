import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provenance } from '../../../src/video/args.ts';
import { addComment } from '../../../src/video/comments.ts';
import { readFingerprint, readTagText } from '../../../src/video/fingerprint.ts';

const fingerprint = 'c0ffee'.padEnd(64, '0');
const { comment = '' } = provenance({ version: '1.2.3', model: 'default', fingerprint, options: { seed: 7, emotion: 'x'.repeat(700) } });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comments-'));
});
afterAll(() => rm(folder, { recursive: true }));

const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#c8643c' } });

test.each(['gif', 'apng'] as const)('a %s keeps its picture and says what it is made of', async (kind) => {
  const path = join(folder, `a.${kind}`);
  await writeFile(path, await (kind === 'gif' ? picture.gif() : picture.png()).toBuffer());
  const before = await sharp(path).raw().toBuffer();
  await addComment(path, kind, comment);
  expect(await sharp(await readFile(path)).raw().toBuffer()).toEqual(before);
  expect(await readTagText(path)).toBe(comment);
  expect(await readFingerprint(path)).toBe(fingerprint);
});

test.each(['gif', 'apng'] as const)('a %s of somebody else has none', async (kind) => {
  const path = join(folder, `b.${kind}`);
  await writeFile(path, await (kind === 'gif' ? picture.gif() : picture.png()).toBuffer());
  expect(await readTagText(path)).toBe('');
  expect(await readFingerprint(path)).toBeUndefined();
});

test('a file that is cut off is not written to', async () => {
  const path = join(folder, 'cut.gif');
  const bytes = (await picture.gif().toBuffer()).subarray(0, -1);
  await writeFile(path, bytes);
  await expect(addComment(path, 'gif', comment)).rejects.toThrow('does not end as gif does');
  expect(await readFile(path)).toEqual(bytes);
});

test('films have tags of their own', async () => {
  await addComment(join(folder, 'none.mp4'), 'mp4', comment); // opens nothing
  expect(await readTagText(join(folder, 'none.mp4'))).toBe('');
});
