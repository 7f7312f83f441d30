/** Whole files of every kind that the program reads, to be spoilt. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { channelNames } from '../../src/motion/channels.ts';
import { csvMotionText } from '../../src/motion-file/csv.ts';
import { jsonMotionText } from '../../src/motion-file/json.ts';
import { root } from '../support/command.ts';
import { bundledFfmpeg } from '../support/ffmpeg.ts';
import { portrait, voice } from '../support/pictures.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

export type Kind = 'portrait' | 'sound' | 'jobs' | 'motion' | 'manifest' | 'network';

export interface Sample {
  readonly kind: Kind;
  /** For `network` the network's name. */
  readonly name: string;
  readonly ending: string;
  readonly bytes: Buffer;
  readonly isText: boolean;
}

export interface Corpus {
  readonly samples: readonly Sample[];
  /** Whole ones, for the other side. */
  readonly portrait: string;
  readonly sound: string;
  readonly motion: string;
  readonly tinyModel: string;
}

/** How often each kind is spoilt, out of 100. */
export const shares: Record<Kind, number> = { portrait: 34, sound: 34, jobs: 12, motion: 10, manifest: 5, network: 5 };

const run = promisify(execFile);

export async function makeCorpus(folder: string): Promise<Corpus> {
  const samples: Sample[] = [];
  const add = (kind: Kind, name: string, ending: string, bytes: Uint8Array, isText = false): void => void samples.push({ kind, name, ending, bytes: Buffer.from(bytes), isText });

  const face = sharp(await sharp(portrait).extract({ left: 90, top: 0, width: 300, height: 300 }).resize(128, 128).png().toBuffer());
  const pictures: [string, () => Sharp][] = [
    ['png', () => face.clone().png()],
    ['png', () => face.clone().png({ progressive: true })],
    ['png', () => face.clone().png({ palette: true })],
    ['png', () => face.clone().ensureAlpha(0.5).png()],
    ['png', () => face.clone().greyscale().toColourspace('grey16').png()],
    ['jpg', () => face.clone().jpeg()],
    ['jpg', () => face.clone().withMetadata({ orientation: 6 }).jpeg({ progressive: true })],
    ['jpg', () => face.clone().toColourspace('cmyk').jpeg()],
    ['webp', () => face.clone().webp()],
    ['webp', () => face.clone().ensureAlpha(0.5).webp({ lossless: true })],
    ['gif', () => face.clone().gif()],
    ['tiff', () => face.clone().tiff()],
    ['avif', () => face.clone().avif({ effort: 0 })],
  ];
  for (const [ending, make] of pictures) add('portrait', ending, ending, await make().toBuffer());
  add('portrait', 'svg', 'svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><defs><g id="a"><circle cx="100" cy="80" r="50" fill="#ca9"/></g></defs><use href="#a"/><text x="9" y="90">x</text></svg>'), true);

  const cut = ['-v', 'error', '-y', '-ss', '1', '-t', '0.6', '-i', voice];
  const sounds: [string, ...string[]][] = [
    ...['pcm_s16le', 'pcm_s24le', 'pcm_u8', 'pcm_f32le', 'pcm_f64le', 'pcm_alaw', 'adpcm_ima_wav'].map((codec): [string, ...string[]] => ['wav', '-c:a', codec]),
    ['wav', '-ac', '6'],
    ['mp3', '-b:a', '64k'],
    ['mp3', '-q:a', '5', '-metadata', 'title=x'],
    ['mp4', '-c:a', 'aac'],
    ['m4a', '-c:a', 'aac', '-movflags', '+faststart'],
    ['mov', '-c:a', 'alac'],
    ['flac'],
    ['ogg', '-c:a', 'libopus', '-ar', '48000'],
    ['mka', '-c:a', 'aac'],
  ];
  for (const [index, [ending, ...how]] of sounds.entries()) {
    const file = join(folder, `${index}.${ending}`);
    await run(bundledFfmpeg, [...cut, ...how, file]);
    add('sound', ending, ending, readFileSync(file));
  }
  const film = join(folder, 'film.mp4');
  await run(bundledFfmpeg, [...cut, '-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25:duration=0.6', '-c:v', 'libx264', '-c:a', 'aac', '-shortest', film]);
  add('sound', 'mp4', 'mp4', readFileSync(film));

  const [wholeFace, wholeSound] = [join(folder, 'face.png'), join(folder, 'voice.wav')];
  await face.clone().png().toFile(wholeFace);
  await run(bundledFfmpeg, [...cut, wholeSound]);
  const table = `portrait,sound,output,seed,emotion,head-motion\n${wholeFace},${wholeSound},a.mp4,1,,0.5\n"${wholeFace}",${wholeSound},"b ""c"".mp4",2,happy:0.5,\nnone.png,none.wav,c.mp4,,,1\n`;
  const jobs = [{ portrait: wholeFace, sound: wholeSound, output: 'a.mp4', seed: 3, crop: 'face' }, { portrait: wholeFace, sound: wholeSound, output: 'b.mov', emotion: 'sad:0.3', duration: 0.4, alpha: false }];
  add('jobs', 'csv', 'csv', Buffer.from(table), true);
  add('jobs', 'json', 'json', Buffer.from(JSON.stringify(jobs, null, 1)), true);
  add('jobs', 'jsonl', 'jsonl', Buffer.from(jobs.map((job) => JSON.stringify(job)).join('\n')), true);

  const motion = join(folder, 'motion.json');
  for (const [ending, text] of [['json', jsonMotionText(25, { tool: 'x' })], ['csv', csvMotionText(25)]] as const) {
    const frames = Array.from({ length: 12 }, (_, frame) => text.frame(Float32Array.from(channelNames, (_name, channel) => 0.3 * Math.sin(frame + channel) ** 2), frame));
    const bytes = Buffer.from(`${text.head}${frames.join('')}${text.tail}`);
    add('motion', ending, ending, bytes, true);
    if (ending === 'json') writeFileSync(motion, bytes);
  }

  const tinyModel = join(folder, 'tiny');
  writeTinyModel(tinyModel);
  add('manifest', 'tiny', 'json', readFileSync(join(tinyModel, 'model.json')), true);
  add('manifest', 'default', 'json', readFileSync(join(root, 'models', 'default', 'model.json')), true);
  for (const name of readdirSync(tinyModel)) if (name.endsWith('.onnx')) add('network', name, 'onnx', readFileSync(join(tinyModel, name)));
  add('network', 'face-detector-near.onnx', 'onnx', readFileSync(join(root, 'models', 'default', 'face-detector-near.onnx')));
  add('network', 'person-mask.onnx', 'onnx', readFileSync(join(root, 'models', 'default', 'person-mask.onnx')));
  return { samples, portrait: wholeFace, sound: wholeSound, motion, tinyModel };
}

/** A copy of a model with one network replaced and its check sum made right, as a stranger would. Returns the folder. */
export function writeModelWith(folder: string, from: string, network: string, bytes: Buffer): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(folder, name));
  writeFileSync(join(folder, network), bytes);
  const manifest = JSON.parse(readFileSync(join(from, 'model.json'), 'utf8')) as { networks: Record<string, { file: string; bytes: number; sha256: string }> };
  for (const each of Object.values(manifest.networks)) if (each.file === network) Object.assign(each, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
  return folder;
}
