/** The one list of options. Help, library types, validation and README's table all come from it. */

import { availableParallelism } from 'node:os';
import process from 'node:process';
import type { z } from 'zod';
import { AnimateError } from './errors.ts';
import type { OptionInUse, OptionSource } from './events.ts';
import { choice, colour, frameRate, type OptionKind, onOff, realNumber, seconds, wholeNumber, wordList, wordOrNumbers, wordOrSeconds, words, wordWithStrength } from './option-kinds.ts';
import { extensions } from './motion/extend.ts';
import { partNames } from './motion/parts.ts';
import { emotionNames } from './performance/emotions.ts';
import { codecNames } from './video/codecs.ts';
import { streamFormats } from './video/containers.ts';

export interface OptionSpec extends OptionKind {
  /** As commander writes them: `-o, --output <file>`. */
  readonly flags: string;
  /** One line. */
  readonly help: string;
  /** What an absent option means: a value, the manifest's value, or in words what is derived. */
  readonly default: { readonly value: string | number | boolean } | { readonly manifest: true } | { readonly derived: string };
  readonly unit?: string;
  readonly group: 'Film' | 'Provenance' | 'Picture' | 'Motion' | 'Driving' | 'Running' | 'Output on the terminal';
  /** The command line's own: not part of the library. */
  readonly cliOnly?: true;
}

export const devices = ['auto', 'cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;

export const optionList = {
  output: { ...words('a file name'), flags: '-o, --output <file>', group: 'Film', default: { derived: "the portrait's name + .mp4 (--alpha: .webm), beside the sound" }, help: 'the film to write: .mp4, .mov, .mkv, .webm, .gif, .apng, pictures (frames/ or frames/%05d.png), - for stdout; an existing one is replaced' },
  fps: { ...frameRate(12, 60), flags: '--fps <rate>', group: 'Film', unit: 'frames/s', default: { value: 25 }, help: 'frame rate' },
  size: { ...wholeNumber(64, 4096), flags: '--size <pixels>', group: 'Film', unit: 'pixels', default: { derived: "the picture's own, at most 1920" }, help: 'long side of the film; both sides are made even' },
  start: { ...seconds({ positive: false }), flags: '--start <time>', group: 'Film', unit: 's', default: { value: 0 }, help: 'where in the sound the film begins' },
  duration: { ...seconds({ positive: true }), flags: '--duration <time>', group: 'Film', unit: 's', default: { derived: 'to the end of the sound' }, help: 'how much of the sound to use' },
  preview: { ...onOff(), flags: '--preview', group: 'Film', default: { value: false }, help: 'a quick look: 2 s at half the size, --preset fast; what is set otherwise wins. Into NAME-preview.mp4 without --output' },
  sheet: { ...words('a file name'), flags: '--sheet <file>', group: 'Film', default: { derived: 'not written' }, help: 'also a contact sheet: 20 frames with their times, cut to the face; .png, .jpg or .webp' },
  plot: { ...words('a file name'), flags: '--plot <file>', group: 'Film', default: { derived: 'not written' }, help: 'also a plot of lips, mood, lids and head under the wave of the sound; .svg or .png' },
  crf: { ...wholeNumber(0, 51), flags: '--crf <quality>', group: 'Film', default: { value: 18 }, help: 'quality: lower is better and larger; about the same for every codec' },
  codec: { ...choice(...codecNames), flags: '--codec <name>', group: 'Film', default: { derived: 'h264; vp9 in .webm; prores in a transparent .mov' }, help: `how pictures are coded: ${codecNames.join(', ')}` },
  noSound: { ...onOff(), flags: '--no-sound', group: 'Film', default: { value: false }, help: 'a film without the sound' },
  streamFormat: { ...choice(...streamFormats), flags: '--stream-format <name>', group: 'Film', default: { derived: 'mp4; webm with --alpha' }, help: `what --output - writes: ${streamFormats.join(', ')}, each in pieces that play while it is made` },

  sign: { ...words('a file name'), flags: '--sign <file>', group: 'Provenance', default: { derived: 'a self-made certificate' }, help: 'certificate (PEM, with those above it) that signs what the film says of its making (C2PA)' },
  key: { ...words('a file name'), flags: '--key <file>', group: 'Provenance', default: { derived: "in the certificate's file" }, help: 'private key of the certificate (PEM)' },
  noSign: { ...onOff(), flags: '--no-sign', group: 'Provenance', default: { value: false }, help: 'do not sign: only plain metadata says that the film is AI-generated' },
  watermark: { ...words('a text, or the name of a picture'), flags: '--watermark <text|file>', group: 'Provenance', default: { derived: 'none' }, help: 'a visible mark in the lower right corner: a text, or a picture (a name that ends in .png, .svg, .webp ...)' },

  crop: { ...choice('none', 'face', 'square'), flags: '--crop <area>', group: 'Picture', default: { value: 'none' }, help: 'what of the picture to keep: all, head and shoulders, or a square around the face' },
  face: { ...wholeNumber(1, 100), flags: '--face <number>', group: 'Picture', default: { derived: 'the largest' }, help: 'which face speaks, counted from the left' },
  background: { ...colour(), flags: '--background <colour>', group: 'Picture', default: { value: 'white' }, help: 'what shows through transparent parts' },
  alpha: { ...onOff(), flags: '--alpha', group: 'Picture', default: { value: false }, help: 'transparent parts stay transparent: into .webm, .mov, .mkv, .apng or pictures (.png, .webp)' },

  seed: { ...wholeNumber(0, Number.MAX_SAFE_INTEGER), flags: '--seed <number>', group: 'Motion', default: { value: 0 }, help: 'another number gives another performance; the same one the same film' },
  expression: { ...realNumber(0, 2), flags: '--expression <strength>', group: 'Motion', default: { value: 1 }, help: 'how strongly the face moves: lips, brows, smiles' },
  headMotion: { ...realNumber(0, 2), flags: '--head-motion <strength>', group: 'Motion', default: { value: 1 }, help: 'how far the head moves; 0 holds it still' },
  speed: { ...realNumber(1, 9), flags: '--speed <level>', group: 'Motion', default: { value: 5 }, help: 'how quickly the head moves, 1 to 9' },
  emotion: { ...wordWithStrength(emotionNames), flags: '--emotion <name[:strength]>', group: 'Motion', default: { derived: 'from the voice and the seed' }, help: `${emotionNames.join(', ')}; happy:0.5 is half of it` },
  blink: { ...realNumber(0, 60), flags: '--blink <rate>', group: 'Motion', unit: 'a minute', default: { value: 26 }, help: 'blinks a minute' },
  gaze: { ...wordOrNumbers(['camera', 'free'], [[-30, 30], [-30, 30]], 'camera, free, or degrees right and up like 10,-5, each from -30 to 30'), flags: '--gaze <where>', group: 'Motion', default: { value: 'free' }, help: 'camera holds the viewer, free wanders a little, x,y looks there (degrees right, up)' },
  pose: { ...wordOrNumbers([], [[-15, 15], [-20, 20], [-15, 15]], 'degrees of pitch, yaw and roll like 0,8,0, each within 15, 20 and 15'), flags: '--pose <x,y,z>', group: 'Motion', default: { value: '0,0,0' }, help: 'resting turn of the head: down, to the right, to the left shoulder (degrees)' },
  still: { ...onOff(), flags: '--still', group: 'Motion', default: { value: false }, help: 'nothing but the lips moves' },
  loop: { ...onOff(), flags: '--loop', group: 'Motion', default: { value: false }, help: 'the first and the last frame are the picture itself, so that the film can be repeated' },
  motionBlur: { ...choice('auto', 'off'), flags: '--motion-blur <when>', group: 'Motion', default: { value: 'auto' }, help: 'auto blurs lips and lids where they move fast, as a camera does; off never' },
  preset: { ...choice('fast', 'balanced', 'best'), flags: '--preset <name>', group: 'Motion', default: { value: 'balanced' }, help: 'fast, balanced or best: sets --steps and how finely mouth and eyes are drawn' },
  steps: { ...wholeNumber(1, 200), flags: '--steps <count>', group: 'Motion', default: { manifest: true }, help: 'denoising steps: more is slower and finer; --preset sets it too' },
  guidance: { ...realNumber(0, 10), flags: '--guidance <scale>', group: 'Motion', default: { manifest: true }, help: 'how closely the motion follows the sound; 1 is unguided' },
  motion: { ...words('a file name'), flags: '--motion <file>', group: 'Motion', default: { derived: 'made from the sound' }, help: 'motion to play instead: .json or .csv, as --motion-out or Live Link Face write it' },
  motionOut: { ...words('a file name'), flags: '--motion-out <file>', group: 'Motion', default: { derived: 'not written' }, help: 'also write the motion of the film: .json, or .csv as Live Link Face does' },

  driving: { ...words('a file name'), flags: '--driving <file>', group: 'Driving', default: { derived: 'none' }, help: 'a video of somebody whose face the portrait plays after; without a sound its own sound is taken' },
  drive: { ...wordList(partNames), flags: '--drive <parts>', group: 'Driving', default: { derived: 'all; beside a sound of its own all but lips' }, help: `what --driving or --motion moves, the sound does the rest: some of ${partNames.join(',')}` },
  driveStrength: { ...realNumber(0, 1.5), flags: '--drive-strength <strength>', group: 'Driving', default: { value: 1 }, help: 'how strongly --driving or --motion moves the face' },
  driveMode: { ...choice('relative', 'absolute'), flags: '--drive-mode <mode>', group: 'Driving', default: { value: 'relative' }, help: "relative adds what differs from the performer's own neutral face and pose, absolute copies pose and expression as they are" },
  driveFit: { ...choice(...extensions), flags: '--drive-fit <how>', group: 'Driving', default: { value: 'rest' }, help: 'what follows a take that is shorter than the film: rest, hold, loop or mirror' },
  neutral: { ...wordOrSeconds('auto'), flags: '--neutral <time>', group: 'Driving', unit: 's', default: { value: 'auto' }, help: 'a moment of the take at which the face is at rest; auto finds it' },
  drivingFace: { ...wholeNumber(1, 100), flags: '--driving-face <number>', group: 'Driving', default: { derived: 'the largest that stays' }, help: 'which face of the take, counted from the left when they are first seen' },

  model: { ...words('the name or folder of a model'), flags: '--model <name>', group: 'Running', default: { value: 'default' }, help: 'name of a model in models/, or a folder with a model.json' },
  device: { ...choice(...devices), flags: '--device <name>', group: 'Running', default: { value: 'auto' }, help: `what runs the networks: ${devices.join(', ')}` },
  threads: { ...wholeNumber(1, 256), flags: '--threads <count>', group: 'Running', default: { derived: 'one per processor core' }, help: 'processor threads; never changes the film' },
  ffmpeg: { ...words('the path of a program'), flags: '--ffmpeg <file>', group: 'Running', default: { derived: 'the one in PATH, else the bundled one' }, help: 'the ffmpeg to use' },

  dryRun: { ...onOff(), flags: '--dry-run', group: 'Running', default: { value: false }, cliOnly: true, help: 'check everything, tell what would be made with its estimated time and size, and make nothing' },

  json: { ...onOff(), flags: '--json', group: 'Output on the terminal', default: { value: false }, cliOnly: true, help: 'print one JSON object about the film instead of its path' },
  quiet: { ...onOff(), flags: '-q, --quiet', group: 'Output on the terminal', default: { value: false }, cliOnly: true, help: 'no progress and no warnings' },
  verbose: { ...onOff(), flags: '--verbose', group: 'Output on the terminal', default: { value: false }, cliOnly: true, help: 'also print every option with its source, the device and the times' },
} as const satisfies Record<string, OptionSpec>;

type List = typeof optionList;
export type OptionName = keyof List;
type CliOptionName = { [Name in OptionName]: List[Name] extends { cliOnly: true } ? Name : never }[OptionName];
type ValueOf<Name extends OptionName> = z.output<ReturnType<List[Name]['schema']>>;
type AlwaysKnown = { [Name in OptionName]: List[Name]['default'] extends { derived: string } ? never : Name }[OptionName] | 'threads';

/** What a caller of the library may set. Anything left out comes from ANIMATE_* variables, the model's manifest or the defaults. */
export type AnimateOptions = { [Name in Exclude<OptionName, CliOptionName>]?: ValueOf<Name> | undefined };
/** What the command line was given: the same, and its own switches. */
export type GivenFlags = { [Name in OptionName]?: ValueOf<Name> | undefined };
/** Values to use. Absent: `output`, `size`, `duration`, `codec`, `streamFormat`, `face`, `sign`, `key`, `watermark`, `motion`, `motionOut`, `sheet`, `plot`, `driving`, `drive`, `drivingFace` and `ffmpeg` when nobody set them. */
export type OptionValues = { [Name in Exclude<AlwaysKnown, CliOptionName>]: ValueOf<Name> } & { [Name in Exclude<OptionName, AlwaysKnown>]: ValueOf<Name> | undefined };

/** Of a film's name when nobody says: `.mp4` and the like; a preview does not take the film's place. */
export function usualEnding({ alpha, codec, preview }: Pick<AnimateOptions, 'alpha' | 'codec' | 'preview'>): string {
  return (preview ? '-preview' : '') + endingOf({ alpha, codec });
}

function endingOf({ alpha, codec }: Pick<AnimateOptions, 'alpha' | 'codec'>): string {
  return codec === 'prores' ? '.mov' : codec === 'vp9' || alpha ? '.webm' : '.mp4';
}

/** A model's own defaults. */
export type ManifestDefaults = Partial<Record<'steps' | 'guidance' | 'expression' | 'headMotion', number>>;

/** Denoising steps of the presets; those of `balanced` are the model's own. docs/sampling.md has quality against steps. */
const presetSteps = { fast: 6, best: 20 } as const;

/** Manifest defaults under a preset. */
export function withPreset(preset: 'fast' | 'balanced' | 'best', manifest: ManifestDefaults): ManifestDefaults {
  return preset === 'balanced' ? manifest : { ...manifest, steps: presetSteps[preset] };
}

// Until a model is open nothing better is known; a manifest names its own.
const fallbacks: Required<Pick<ManifestDefaults, 'steps' | 'guidance'>> = { steps: 10, guidance: 2 };

export const optionNames = Object.keys(optionList) as OptionName[];
/** Without the switches of the command line. */
export const libraryNames = optionNames.filter((name) => !('cliOnly' in optionList[name]));

/** `headMotion` → `--head-motion` */
export function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `headMotion` → `ANIMATE_HEAD_MOTION` */
export function variableOf(name: OptionName): string {
  return `ANIMATE_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/** Reads and checks the flags of a command line, as text. Throws `bad-option` for the first that is wrong. */
export function readFlags(flags: Readonly<Record<string, string | boolean | undefined>>): GivenFlags {
  const given: Record<string, unknown> = {};
  for (const name of optionNames) {
    const flag = flags[name];
    if (flag !== undefined) given[name] = checkOption(name, typeof flag === 'string' ? optionList[name].read(flag) : flag, flagOf(name), flag);
  }
  return given as GivenFlags;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface ResolvedOptions {
  readonly values: OptionValues;
  /** Every option with its source, in the order of the list. */
  readonly inUse: readonly OptionInUse[];
}

/** The switches of the command line: as given, else their ANIMATE_* variables, else off. */
export function resolveSwitches(given: GivenFlags, environment: Environment = process.env): { dryRun: boolean; json: boolean; quiet: boolean; verbose: boolean } {
  const isOn = (name: CliOptionName): boolean => settle(name, given[name], environment[variableOf(name)], undefined).value === true;
  return { dryRun: isOn('dryRun'), json: isOn('json'), quiet: isOn('quiet'), verbose: isOn('verbose') };
}

/**
 * Settles every option of the library: what is given, else its ANIMATE_* variable, else the model's manifest, else the default.
 * Throws `bad-option` for the first value that is wrong and for a name that is no option.
 */
export function resolveOptions(
  given: Readonly<Record<string, unknown>>,
  context: { environment?: Environment; manifest?: ManifestDefaults } = {},
): ResolvedOptions {
  const unknownName = Object.keys(given).find((name) => !(libraryNames as string[]).includes(name));
  if (unknownName !== undefined) {
    throw new AnimateError('bad-option', `${unknownName}: no such option`, { hint: `Options are: ${libraryNames.join(', ')}.` });
  }
  const { environment = process.env, manifest = {} } = context;
  const values: Record<string, unknown> = {};
  const isPreview = settle('preview', given['preview'], environment[variableOf('preview')], undefined).value === true;
  const inUse = libraryNames.map((name): OptionInUse => {
    const { value, source } = settle(name, given[name], environment[variableOf(name)], (manifest as Record<string, unknown>)[name], isPreview);
    values[name] = value;
    return { name, value: value as OptionInUse['value'], source };
  });
  return { values: values as OptionValues, inUse };
}

/** What --preview makes the default. Half the size is the portrait's matter: src/portrait/plan.ts. */
const previewDefaults: Readonly<Record<string, unknown>> = { duration: 2, preset: 'fast' };

function settle(name: OptionName, given: unknown, variable: string | undefined, manifest: unknown, isPreview = false): { value: unknown; source: OptionSource } {
  if (given !== undefined) return { value: checkOption(name, given, name, given), source: 'flag' };
  if (variable !== undefined && variable !== '') {
    return { value: checkOption(name, optionList[name].read(variable), variableOf(name), variable), source: 'environment' };
  }
  if (manifest !== undefined) return { value: checkOption(name, manifest, `model.json: ${name}`, manifest), source: 'manifest' };
  if (isPreview && name in previewDefaults) return { value: previewDefaults[name], source: 'preview' };
  if (name === 'threads') return { value: availableParallelism(), source: 'default' };
  const spec: OptionSpec = optionList[name];
  if ('value' in spec.default) return { value: spec.default.value, source: 'default' };
  return { value: (fallbacks as Record<string, unknown>)[name], source: 'default' };
}

/** `origin` is what the user wrote the value under, `written` what they wrote. */
function checkOption(name: OptionName, value: unknown, origin: string, written: unknown): unknown {
  const spec: OptionSpec = optionList[name];
  const checked = spec.schema().safeParse(value);
  if (checked.success) return checked.data;
  throw new AnimateError('bad-option', `${origin}: expected ${spec.expected}, got ${JSON.stringify(written) ?? String(written)}`);
}
