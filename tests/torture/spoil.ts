/** One spoilt file after the other, given to the victim. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readMotion } from '../../src/motion-file/read.ts';
import { root } from '../support/command.ts';
import { type Corpus, type Kind, type Sample, shares, writeModelWith } from './corpus.ts';
import { mendPng, mutate } from './mutate.ts';
import { decodeAll } from './outputs.ts';
import { type Random, seeded } from './random.ts';
import type { Answer, Watched } from './watch.ts';

export interface Spoilt {
  readonly index: number;
  readonly kind: Kind;
  readonly sample: string;
  /** What was done to the file. */
  readonly done: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly madeFilm: boolean;
  readonly seconds: number;
  readonly megabytes: number;
  readonly faults: string[];
}

const filmShare = 0.06;
const defaultModel = join(root, 'models', 'default');

/** `kept`: where files go that broke something. */
export async function spoil(index: number, corpus: Corpus, victim: Watched, folder: string, kept: string): Promise<Spoilt> {
  const random = seeded(index + 1_000_000);
  const kind = pickKind(random);
  const sample = random.pick(corpus.samples.filter((each) => each.kind === kind));
  const other = random.pick(corpus.samples);
  const { bytes: spoilt, done } = mutate(sample.bytes, random, other.bytes, sample.isText);
  const bytes = sample.ending === 'png' && random.next() < 0.7 ? mendPng(spoilt) : spoilt;
  const ending = random.next() < 0.05 ? random.pick(['png', 'wav', 'mp3', 'json', 'csv', 'mp4', 'txt', 'svg']) : sample.ending;
  const path = writeCase(kind, sample, bytes, ending, corpus, folder);

  const around = { portrait: corpus.portrait, sound: corpus.sound, film: join(folder, 'case.mp4'), motionOut: join(folder, 'case.json'), output: folder };
  const isModel = kind === 'manifest' || kind === 'network';
  const answer = await victim.ask({ task: isModel ? 'model' : kind, path, ...around });
  const faults = [...answer.faults];
  let most: Answer = answer;
  let madeFilm = false;
  if (!answer.error && faults.length === 0 && kind !== 'jobs' && (isModel ? sample.name === 'default' || !sample.name.startsWith('tiny') : random.next() < filmShare)) {
    const made = await victim.ask(isModel ? { task: 'modelFilm', path, ...around } : { task: 'film', kind, path, ...around });
    faults.push(...made.faults);
    if (made.frames !== undefined) {
      madeFilm = true;
      faults.push(...(await lookAtFilm(around.film, around.motionOut, made.frames)));
    }
    if (made.bytes > most.bytes || made.seconds > most.seconds) most = made;
  }
  if (faults.length > 0) await keep(path, join(kept, `${index}`), isModel);
  return { index, kind, sample: sample.name, done: `${done}${ending === sample.ending ? '' : ` .${ending}`}`, outcome: answer.error?.code ?? 'ok', madeFilm, seconds: Math.round(most.seconds * 1000) / 1000, megabytes: Math.round(most.bytes / 1e6), faults };
}

function pickKind(random: Random): Kind {
  let at = random.below(Object.values(shares).reduce((sum, share) => sum + share, 0));
  for (const [kind, share] of Object.entries(shares) as [Kind, number][]) {
    if (at < share) return kind;
    at -= share;
  }
  return 'portrait';
}

function writeCase(kind: Kind, sample: Sample, bytes: Buffer, ending: string, corpus: Corpus, folder: string): string {
  if (kind === 'network') {
    const isTiny = !sample.name.includes('-');
    return writeModelWith(join(folder, `model-${isTiny ? 'tiny' : 'default'}`), isTiny ? corpus.tinyModel : defaultModel, sample.name, bytes);
  }
  if (kind === 'manifest') {
    const model = join(folder, `manifest-${sample.name}`);
    const from = sample.name === 'tiny' ? corpus.tinyModel : defaultModel;
    const { networks, rig } = JSON.parse(readFileSync(join(from, 'model.json'), 'utf8')) as { networks: Record<string, { file: string }>; rig: { file: string } };
    mkdirSync(model, { recursive: true });
    for (const { file } of [...Object.values(networks), rig]) writeFileSync(join(model, file), readFileSync(join(from, file)));
    writeFileSync(join(model, 'model.json'), bytes);
    return model;
  }
  const path = join(folder, `case.${ending === 'json' && kind === 'motion' ? 'motion.json' : ending}`);
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  return path;
}

/** The film is whole, and every number that moved the face is one. */
async function lookAtFilm(film: string, motion: string, frames: number): Promise<string[]> {
  const faults: string[] = [];
  const found = await decodeAll(film).catch((error: unknown) => String(error));
  if (found !== frames) faults.push(`the film is not whole: ${found} of ${frames} frames`);
  const track = await readMotion(motion).catch((error: unknown) => String(error));
  if (typeof track === 'string') faults.push(`its motion is not valid: ${track}`);
  else if (track.frames.length !== frames) faults.push(`${track.frames.length} frames of motion for ${frames} of film`);
  return faults;
}

async function keep(path: string, to: string, isModel: boolean): Promise<void> {
  await mkdir(to, { recursive: true });
  const name = isModel ? 'model.json' : (path.split('/').at(-1) as string);
  await copyFile(isModel ? join(path, 'model.json') : path, join(to, name)).catch(() => {});
}
