/** Pictures for tests, from the photograph in examples/. */

import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
export const portrait = example('astronaut.png');
export const voice = example('librivox.wav');

/** Writes the photograph twice side by side, the right one smaller: two faces, 1 on the left. */
export async function writeTwoFaces(file: string): Promise<void> {
  const large = await sharp(portrait).resize(512, 512).toBuffer();
  const small = await sharp(portrait).resize(420, 420).toBuffer();
  const canvas = sharp({ create: { width: 512 + 420, height: 512, channels: 3, background: '#808890' } });
  await canvas.composite([{ input: large, left: 0, top: 0 }, { input: small, left: 512, top: 60 }]).png().toFile(file);
}

/** Writes the photograph with a transparent left edge. */
export async function writeTransparent(file: string): Promise<void> {
  const { width = 0, height = 0 } = await sharp(portrait).metadata();
  const hole = Buffer.from(`<svg width="${width}" height="${height}"><rect width="${width / 8}" height="${height}"/></svg>`);
  await sharp(portrait).ensureAlpha().composite([{ input: hole, blend: 'dest-out' }]).png().toFile(file);
}

/** Writes a picture without a face. */
export async function writeLandscape(file: string): Promise<void> {
  const svg = '<svg width="400" height="300"><rect width="400" height="150" fill="#88aadd"/><rect y="150" width="400" height="150" fill="#558844"/></svg>';
  await sharp(Buffer.from(svg)).png().toFile(file);
}
