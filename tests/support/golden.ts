/** Golden frames: six portraits in five poses, kept as strips of small tiles in tests/fixtures/golden/. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { framePortrait } from '../../src/frame-portrait.ts';
import { openNetworks } from '../../src/model/session.ts';
import { openModel } from '../../src/model/open.ts';
import { type ChannelName, channel, channelCount } from '../../src/motion/channels.ts';
import { loadPicture } from '../../src/portrait/load.ts';
import { createRenderer, type RenderSource } from '../../src/render/renderer.ts';
import { portrait as photograph } from './pictures.ts';
import { makePortrait, shippedRig } from './portrait.ts';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const painting = inRepository('examples/painting.jpg');

/** Pictures by kind, from the two in examples/; a turned face is made up. */
export const goldenKinds: Readonly<Record<string, () => Promise<Buffer> | RenderSource>> = {
  photograph: () => sharp(photograph).png().toBuffer(),
  painting: () => sharp(painting).png().toBuffer(),
  'black and white': () => sharp(photograph).greyscale().png().toBuffer(),
  cartoon: () => sharp(photograph).median(5).png({ palette: true, colours: 14, dither: 0 }).toBuffer(),
  small: () => sharp(photograph).resize(200).png().toBuffer(),
  turned: () => makePortrait({ width: 192, height: 192, scale: 68, yaw: 24 }),
};
export const goldenPoses = ['aa', 'smile', 'blink', 'brows up', 'yaw left'] as const;

interface Poses {
  poses: Record<string, { activity: number } & Partial<Record<ChannelName, number>>>;
}
const { poses } = JSON.parse(readFileSync(inRepository('bench/poses.json'), 'utf8')) as Poses;

/** Motion [58] and activity of a pose of bench/poses.json. */
export function poseNamed(name: string): { motion: Float32Array; activity: number } {
  const pose = poses[name];
  if (!pose) throw new Error(`no pose ${name}`);
  const { activity, ...weights } = pose;
  const motion = new Float32Array(channelCount);
  for (const [key, weight] of Object.entries(weights)) motion[channel[key as ChannelName]] = weight;
  return { motion, activity };
}

export async function goldenSource(kind: string): Promise<RenderSource> {
  const made = goldenKinds[kind]();
  if ('landmarks' in made) return made;
  const model = await openModel(inRepository('models/default'), { startNetworks: openNetworks, device: 'cpu' });
  try {
    const picture = await loadPicture(await made, { name: kind });
    return (await framePortrait(picture, { face: undefined, size: 320, crop: 'face', alpha: false }, model.networks)).source;
  } finally {
    await model.close();
  }
}

/** Side of a tile, pixels. */
export const goldenTile = 128;

/** The face with some of its surroundings, whole pixels of the frame. */
function faceBox({ landmarks, width, height }: RenderSource): { left: number; top: number; width: number; height: number } {
  const range = (axis: number, size: number): [number, number] => {
    const values = Array.from({ length: 468 }, (_, i) => landmarks[i * 3 + axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = 0.25 * (high - low);
    return [Math.max(0, Math.floor(low - margin)), Math.min(size, Math.ceil(high + margin))];
  };
  const [[x0, x1], [y0, y1]] = [range(0, width), range(1, height)];
  return { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
}

/** One tile [tile, tile, 3] a pose: the face. */
export async function drawGolden(source: RenderSource): Promise<Uint8Array[]> {
  const renderer = createRenderer(shippedRig(), source);
  const { width, height } = source;
  const tiles: Uint8Array[] = [];
  for (const name of goldenPoses) {
    const { motion, activity } = poseNamed(name);
    const out = new Uint8Array(width * height * 3);
    renderer.render(motion, out, activity);
    tiles.push(await sharp(out, { raw: { width, height, channels: 3 } }).extract(faceBox(source)).resize(goldenTile, goldenTile, { fit: 'fill' }).raw().toBuffer());
  }
  return tiles;
}

/** 64 bits: which of the lowest 8 x 8 cosine frequencies of a 32 x 32 grey picture are above their median (pHash; Zauner 2010, section 3.2.1). */
export async function perceptualHash(tile: Uint8Array): Promise<boolean[]> {
  const n = 32;
  const grey = await sharp(tile, { raw: { width: goldenTile, height: goldenTile, channels: 3 } }).resize(n, n).greyscale().raw().toBuffer();
  const frequencies: number[] = [];
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) sum += grey[y * n + x] * Math.cos(((2 * x + 1) * u * Math.PI) / (2 * n)) * Math.cos(((2 * y + 1) * v * Math.PI) / (2 * n));
      frequencies.push(sum);
    }
  }
  const median = frequencies.slice(1).sort((a, b) => a - b)[31];
  return frequencies.map((value) => value > median);
}
