/** What films share: models opened once, portraits found and framed once, files hashed once. One film has a session of its own; a batch has one for all. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createCache, createMemo } from './cache.ts';
import { type CaptureContext, type CapturedTake, captureTake, type CaptureValues, solveStill } from './capture.ts';
import type { Take } from './capture/track/take.ts';
import { AnimateError } from './errors.ts';
import { findFfmpeg, type FoundFfmpeg } from './ffmpeg/find.ts';
import { type FoundPortrait, findPortrait, frameFace } from './frame-portrait.ts';
import { type Model, openModel } from './model/open.ts';
import type { OptionValues } from './options.ts';
import { loadPicture } from './portrait/load.ts';
import type { Picture } from './portrait/picture.ts';
import { analysePortrait } from './render/pool.ts';
import type { PortraitAnalysis, PreparedPortrait, RenderSource } from './render/renderer.ts';

type PictureValues = Pick<OptionValues, 'background' | 'alpha'>;
type FaceValues = PictureValues & Pick<OptionValues, 'face'>;
type FrameValues = FaceValues & Pick<OptionValues, 'size' | 'crop' | 'preset' | 'preview'>;

/** A portrait that is ready to be drawn. */
export interface ReadyPortrait {
  readonly source: RenderSource;
  readonly gapRow: PortraitAnalysis['gapRow'];
  readonly warnings: readonly string[];
  /** What the first film found out for the ones after it. */
  prepared?: PreparedPortrait;
}

export interface Session {
  model(values: Pick<OptionValues, 'model' | 'device' | 'threads'>): Promise<Model>;
  ffmpeg(path: string | undefined): Promise<FoundFfmpeg>;
  picture(path: string, values: PictureValues): Promise<Picture>;
  /** The face that speaks, and what may look wrong with it. */
  face(path: string, values: FaceValues, model: Model): Promise<FoundPortrait>;
  portrait(path: string, values: FrameValues, model: Model): Promise<ReadyPortrait>;
  /** What a take shows as motion: the whole of it is looked at once. */
  capture(take: Take, values: CaptureValues, context: CaptureContext): Promise<CapturedTake>;
  /** [58] What landmarks [478, 3] of one picture show as absolute motion. */
  stillMotion(landmarks: Float32Array, model: Pick<Model, 'rig'>): Promise<Float32Array>;
  /** sha256 of a file, hexadecimal. */
  hash(path: string): Promise<string>;
  /** Ends the models. Nothing may be asked afterwards. */
  close(): Promise<void>;
}

// Four pictures of 12 megapixels, eight portraits at 512 x 512: enough for a batch that goes through them in order.
const keptPictureBytes = 150e6;
const keptFrameBytes = 200e6;
/** Of what the first film finds out about a portrait: a head with its 52 expressions, then textures. */
const preparedBytes = ({ width, height }: RenderSource): number => 14e6 + 14 * width * height;

/** `signal` ends what the session runs, for all films at once. */
export function openSession({ signal }: { signal?: AbortSignal | undefined } = {}): Session {
  const models = createMemo<Model>();
  const opened: Promise<Model>[] = [];
  const ffmpegs = createMemo<FoundFfmpeg>();
  const pictures = createCache<Picture>(keptPictureBytes, ({ rgb, alpha }) => rgb.byteLength + (alpha?.byteLength ?? 0));
  const faces = createMemo<FoundPortrait>();
  const portraits = createCache<ReadyPortrait>(keptFrameBytes, ({ source }) => source.rgb.byteLength + (source.alpha?.byteLength ?? 0) + (source.mask?.byteLength ?? 0) + preparedBytes(source));
  const takes = createMemo<CapturedTake>();
  const hashes = createMemo<string>();

  const session: Session = {
    model: ({ model, device, threads }) =>
      models(keyOf(model, device), () => {
        const opening = openModel(model, { device, threads: Math.min(threads, 2), signal });
        opened.push(opening);
        return opening;
      }),
    ffmpeg: (path) => ffmpegs(keyOf(path), () => findFfmpeg({ path })),
    picture: async (path, { background, alpha }) => pictures(keyOf(await stateOf(path), background, alpha), () => loadPicture(path, { background, keepAlpha: alpha })),
    face: async (path, values, model) => {
      const { background, alpha, face } = values;
      return faces(keyOf(await stateOf(path), background, alpha, face, model.folder), async () => findPortrait(await session.picture(path, values), face, model.networks));
    },
    portrait: async (path, values, model) => {
      const { background, alpha, face, size, crop, preset, preview } = values;
      return portraits(keyOf(await stateOf(path), background, alpha, face, size, crop, preset, preview, model.folder), async () => {
        const found = await session.face(path, values, model);
        const source = await frameFace(await session.picture(path, values), found.face, values, model.networks);
        const { fit, gapRow, warnings } = analysePortrait(model.rig, source);
        return { source: { ...source, fit }, gapRow, warnings: [...found.warnings, ...warnings] };
      });
    },
    capture: async (take, values, context) => {
      const { driveMode, neutral, drivingFace } = values;
      return takes(keyOf(await stateOf(take.path), driveMode, neutral, drivingFace), () => captureTake(take, values, context));
    },
    stillMotion: (landmarks, { rig }) => solveStill(rig, landmarks),
    hash: async (path) =>
      hashes(await stateOf(path), async () => {
        const hash = createHash('sha256');
        await pipeline(createReadStream(path), hash, { signal }).catch((cause: NodeJS.ErrnoException) => {
          throw new AnimateError('unreadable-input', `${path}: can no longer be read (${cause.code ?? cause.message})`, { cause });
        });
        return hash.digest('hex');
      }),
    close: async () => {
      await Promise.all(opened.map((opening) => opening.then(({ close }) => close()).catch(() => {})));
    },
  };
  return session;
}

function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** Changes when the file does. A file that cannot be read is told of by whoever reads it. */
async function stateOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return keyOf(path, found && [found.dev, found.ino, found.size, found.mtimeNs].map(String));
}
