/** Drawings may name other files; none is read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPicture } from '../../../src/portrait/load.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-svg-'));
  await sharp({ create: { width: 100, height: 100, channels: 3, background: 'red' } }).png().toFile(join(folder, 'secret.png'));
  await writeFile(join(folder, 'secret.txt'), '<rect width="100" height="100" fill="red"/>');
});
afterAll(() => rm(folder, { recursive: true }));

const image = (href: string) => `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100"><rect width="100" height="100" fill="blue"/><image width="100" height="100" xlink:href="${href}"/></svg>`;
const drawings: [string, () => string][] = [
  ['a picture by its path', () => image(join(folder, 'secret.png'))],
  ['a picture beside it', () => image('secret.png')],
  ['a picture by its address', () => image(pathToFileURL(join(folder, 'secret.png')).href)],
  ['an entity', () => `<!DOCTYPE svg [<!ENTITY secret SYSTEM "${pathToFileURL(join(folder, 'secret.txt')).href}">]><svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100" fill="blue"/>&secret;</svg>`],
  ['a drawing', () => `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100"><rect width="100" height="100" fill="blue"/><use xlink:href="${join(folder, 'other.svg')}#x"/></svg>`],
];

test.each(drawings)('%s', async (_what, draw) => {
  await writeFile(join(folder, 'other.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><rect id="x" width="100" height="100" fill="red"/></svg>');
  const file = join(folder, 'drawing.svg');
  await writeFile(file, draw());
  const picture = await loadPicture(file).catch((error: unknown) => error);
  if (picture instanceof Error) expect(picture).toMatchObject({ code: 'unreadable-input' }); // refused as a whole
  else expect([...(picture as { rgb: Uint8Array }).rgb.subarray(0, 3)]).toEqual([0, 0, 255]);
});

test('a picture inside the drawing is drawn', async () => {
  const inside = `data:image/png;base64,${(await sharp({ create: { width: 100, height: 100, channels: 3, background: 'red' } }).png().toBuffer()).toString('base64')}`;
  const { rgb, width, height } = await loadPicture(Buffer.from(image(inside)));
  const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
  expect([...rgb.subarray(middle, middle + 3)]).toEqual([255, 0, 0]);
});
