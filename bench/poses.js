// Contact sheets of portraits in set poses, without sound or film: npm run poses -- PICTURE … -o SHEET.png
//   [--poses aa,blink]   only these of bench/poses.json      [--size 512]  long side of the film
//   [--crop face|none]   as the command's                    [--tile 300]  pixels a tile; 0 leaves frames as they are
//   [--zoom face|mouth|eyes]  cuts that part out of each frame
//   [--cache DIR]        keeps faces found there, so that a second sheet starts at once
//   [--frames DIR]       also writes each whole frame as DIR/<picture>/<pose>.png
//   [--transpose]        a column a portrait instead of a row
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import sharp from 'sharp';
import { framePortrait } from '../dist/frame-portrait.js';
import { openModel } from '../dist/model/open.js';
import { channel, channelCount } from '../dist/motion/channels.js';
import { loadPicture } from '../dist/portrait/load.js';
import { createRenderer } from '../dist/render/renderer.js';
import { readRig } from '../dist/rig/rig.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', short: 'o', default: 'poses.png' },
    poses: { type: 'string' },
    size: { type: 'string', default: '512' },
    crop: { type: 'string', default: 'none' },
    tile: { type: 'string', default: '300' },
    zoom: { type: 'string', default: 'frame' },
    cache: { type: 'string' },
    frames: { type: 'string' },
    transpose: { type: 'boolean', default: false },
    fineness: { type: 'string', default: 'balanced' },
  },
});
const { poses } = JSON.parse(readFileSync(new URL('poses.json', import.meta.url), 'utf8'));
const names = values.poses?.split(',') ?? Object.keys(poses);
for (const name of names) if (!poses[name]) throw new Error(`no pose ${name}: ${Object.keys(poses).join(', ')}`);

let model;
/** The portrait as the renderer takes it, from the cache where it is there. */
async function readSource(path) {
  const settings = { size: Number(values.size), crop: values.crop, face: undefined };
  const key = createHash('sha256').update(readFileSync(path)).update(JSON.stringify(settings)).digest('hex').slice(0, 20);
  const kept = values.cache && join(values.cache, `${key}.v8`);
  if (kept && existsSync(kept)) return deserialize(readFileSync(kept));
  model ??= await openModel('default', { threads: 2 });
  const { source } = await framePortrait(await loadPicture(path), settings, model.networks);
  if (kept) {
    mkdirSync(values.cache, { recursive: true });
    writeFileSync(kept, serialize(source));
  }
  return source;
}

function motionOf({ activity: _, ...weights }) {
  const motion = new Float32Array(channelCount);
  for (const [name, weight] of Object.entries(weights)) motion[channel[name]] = weight;
  return motion;
}

/** The part of the frame to show, whole pixels. */
function zoomBox({ width, height, landmarks }) {
  const at = (i) => [landmarks[i * 3], landmarks[i * 3 + 1]];
  const span = Math.hypot(at(10)[0] - at(152)[0], at(10)[1] - at(152)[1]);
  const boxes = { face: [at(1), 1.5 * span, 1.7 * span], mouth: [at(13), 0.62 * span, 0.62 * span], eyes: [at(168), 0.9 * span, 0.45 * span] };
  const box = boxes[values.zoom];
  if (!box) return { left: 0, top: 0, width, height };
  const [[x, y], w, h] = box;
  const left = Math.max(0, Math.round(x - w / 2));
  const top = Math.max(0, Math.round(y - h / 2));
  return { left, top, width: Math.min(width - left, Math.round(w)), height: Math.min(height - top, Math.round(h)) };
}

async function tileOf(rgb, source, label) {
  const box = zoomBox(source);
  const side = Number(values.tile);
  const [w, h] = side === 0 ? [box.width, box.height] : [side, Math.round((side * box.height) / box.width)];
  const text = Buffer.from(`<svg width="${w}" height="14"><rect width="100%" height="100%" fill="white"/><text x="2" y="11" font-size="11" font-family="sans-serif">${label}</text></svg>`);
  const picture = await sharp(rgb, { raw: { width: source.width, height: source.height, channels: 3 } }).extract(box).resize(w, h, { kernel: w > box.width ? 'cubic' : 'lanczos3' }).png().toBuffer();
  const image = await sharp({ create: { width: w, height: h + 14, channels: 3, background: 'white' } }).composite([{ input: picture, left: 0, top: 14 }, { input: text, left: 0, top: 0 }]).png().toBuffer();
  return { image, w, h: h + 14 };
}

const tiles = [];
let rig;
for (const path of positionals) {
  const source = await readSource(path);
  rig ??= readRig(readRigFile());
  const renderer = createRenderer(rig, source, { fineness: values.fineness });
  const out = new Uint8Array(source.width * source.height * 3);
  const row = [];
  for (const name of names) {
    renderer.render(motionOf(poses[name]), out, poses[name].activity);
    if (values.frames) {
      const folder = join(values.frames, basename(path).replace(/\.\w+$/, ''));
      mkdirSync(folder, { recursive: true });
      await sharp(out, { raw: { width: source.width, height: source.height, channels: 3 } }).png({ compressionLevel: 3 }).toFile(join(folder, `${name.replace(' ', '-')}.png`));
    }
    row.push(await tileOf(out, source, `${basename(path).replace(/\.\w+$/, '').slice(-14)} ${name}`));
  }
  tiles.push(row);
}
await model?.close();

function readRigFile() {
  const bytes = readFileSync(new URL('../models/default/rig.bin', import.meta.url));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/** Rows of tiles, one portrait each, unless they are to be columns. */
const lines = values.transpose ? names.map((_, k) => tiles.map((row) => row[k])) : tiles;
const composite = [];
let top = 0;
let width = 0;
for (const line of lines) {
  let left = 0;
  for (const { image, w } of line) {
    composite.push({ input: image, left, top });
    left += w;
  }
  width = Math.max(width, left);
  top += Math.max(...line.map(({ h }) => h));
}
await sharp({ create: { width, height: top, channels: 3, background: 'white' } }).composite(composite).png().toFile(values.out);
