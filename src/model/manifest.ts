/** `model.json`: what a model folder holds and how its networks are to be fed. docs/models.md explains each field. */
import * as z from 'zod';
import { AnimateError } from '../errors.ts';
import { channelNames } from '../motion/channels.ts';
import { findBreach } from './contract.ts';

/** A size, or the name of a size that the graph leaves open. */
const axis = z.union([z.int().positive(), z.string().min(1)]);
/** Name of an input or output → shape. */
const shapes = z.record(z.string().min(1), z.array(axis));
/** Nothing that this program runs comes near it; a stranger's manifest must not make it reserve more. */
const mostFileBytes = 2 ** 30;
const fileSchema = z.strictObject({
  /** Relative to the folder of model.json, and inside it. */
  file: z.string().regex(/^[\w][\w.-]*$/, 'expected the plain name of a file beside model.json'),
  bytes: z.int().positive().max(mostFileBytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
});
const networkSchema = fileSchema.extend({ inputs: shapes, outputs: shapes });
const perChannel = z.array(z.number()).min(1);

/** What src/audio/ makes of a sound is not adjustable: a model that wants to hear otherwise is of another kind. */
const soundSchema = z.strictObject({
  /** Hz */
  sampleRate: z.literal(16_000),
  /** Loudness that the model hears: ITU-R BS.1770, LUFS. */
  loudnessLufs: z.literal(-23),
  /** Seconds of digital silence before and after the sound. */
  paddingSeconds: z.literal(1),
  /** Longest window for the speech encoder, and how much of it on each side is context only. */
  windowSeconds: z.literal(10),
  contextSeconds: z.literal(1),
  melBins: z.literal(80),
  /** Least peak, log10 of mel power, that log-mel values are clipped against. */
  melPeakFloor: z.number(),
  tokensPerSecond: z.literal(50),
  /** Numbers in a token: encoder states, then two hops of log-mel. */
  tokenSize: z.int().positive(),
});

const motionSchema = z.strictObject({
  fps: z.literal(25),
  /** Channels of the motion vector that the denoiser makes, in its order; the rest is performed (src/performance/). */
  channels: z.array(z.string()).min(1),
  /** Motion = normalised * std + mean, channel by channel. */
  mean: perChannel,
  std: z.array(z.number().positive()).min(1),
  /** Frames of a clip, of the clip before that it sees, and of sound that it hears ahead. */
  clipFrames: z.int().positive(),
  previousFrames: z.int().positive(),
  lookaheadFrames: z.int().nonnegative(),
});

const samplerSchema = z.strictObject({
  name: z.enum(['euler', 'heun', 'dpmpp2m']),
  steps: z.int().min(1).max(200),
  guidance: z.number().min(0).max(10),
  sigmaMin: z.number().positive(),
  sigmaMax: z.number().positive(),
  rho: z.number().positive(),
});

const manifestSchema = z.strictObject({
  format: z.literal(2),
  kind: z.literal('rig'),
  name: z.string().min(1),
  version: z.string().min(1),
  licence: z.string().min(1),
  /** Where weights and data came from; the model card tells more. */
  sources: z.array(z.strictObject({ name: z.string().min(1), licence: z.string().min(1), url: z.string().optional() })),
  trainingCommit: z.string().optional(),
  networks: z.strictObject({
    speechEncoder: networkSchema,
    denoiser: networkSchema,
    faceDetectorNear: networkSchema,
    faceDetectorFar: networkSchema,
    faceMesh: networkSchema,
    personMask: networkSchema,
  }),
  rig: fileSchema,
  sound: soundSchema,
  motion: motionSchema,
  sampler: samplerSchema,
});

export type Manifest = z.infer<typeof manifestSchema>;
export type NetworkName = keyof Manifest['networks'];
export type ModelFile = z.infer<typeof fileSchema>;

export const networkNames = Object.keys(manifestSchema.shape.networks.shape) as NetworkName[];

/** Reads the text of a `model.json`; `path` names it in errors. Throws AnimateError model-mismatch. */
export function parseManifest(text: string, path: string): Manifest {
  const json = parseJson(text, path);
  const head = z.object({ format: z.unknown(), kind: z.unknown() }).safeParse(json);
  if (head.success && head.data.format !== undefined && head.data.format !== 2) {
    throw mismatch(path, `format: expected 2, got ${JSON.stringify(head.data.format)}`, 'This model was made for another version of animate-portrait: update the one or the other.');
  }
  if (head.success && head.data.kind !== undefined && head.data.kind !== 'rig') {
    throw mismatch(path, `kind: expected "rig", got ${JSON.stringify(head.data.kind)}`, 'This version runs models of kind "rig" only.');
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw mismatch(path, z.prettifyError(parsed.error), 'docs/models.md describes the fields of model.json.');
  checkLengths(parsed.data, path);
  const breach = findBreach(parsed.data);
  if (breach !== undefined) throw mismatch(path, breach, 'docs/models.md lists the networks of the kind "rig".');
  return parsed.data;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AnimateError('model-mismatch', `${path}: not readable as JSON (${(cause as Error).message})`, { cause });
  }
}

function checkLengths({ motion, sampler }: Manifest, path: string): void {
  const unknownName = motion.channels.find((name) => !(channelNames as readonly string[]).includes(name));
  if (unknownName !== undefined) throw mismatch(path, `motion.channels: expected names of the motion vector, got ${JSON.stringify(unknownName)}`, 'docs/architecture.md lists them.');
  const twice = motion.channels.find((name, i) => motion.channels.indexOf(name) !== i);
  if (twice !== undefined) throw mismatch(path, `motion.channels: expected each name once, got "${twice}" again`);
  for (const name of ['mean', 'std'] as const) {
    if (motion[name].length !== motion.channels.length) throw mismatch(path, `motion.${name}: expected ${motion.channels.length} numbers, one a channel, got ${motion[name].length}`);
  }
  if (sampler.sigmaMin >= sampler.sigmaMax) throw mismatch(path, `sampler.sigmaMin: expected less than sigmaMax ${sampler.sigmaMax}, got ${sampler.sigmaMin}`);
}

function mismatch(path: string, what: string, hint?: string): AnimateError {
  return new AnimateError('model-mismatch', `${path}: ${what}`, hint === undefined ? {} : { hint });
}
