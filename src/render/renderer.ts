/** Draws a portrait in motion. The steps are numbered in docs/renderer.md. */
import { AnimateError } from '../errors.ts';
import { createKernel } from '../kernel/kernel.ts';
import { channelCount } from '../motion/channels.ts';
import { buildCutoutTexture, joinAlpha, opacityOf } from './alpha.ts';
import { fitHead, type HeadFit } from '../rig/fit.ts';
import { coverOf, type Head, placeHead, spanOf } from './rig/head.ts';
import { leftCheekLandmark, leftLobeLandmark, rightCheekLandmark, rightLobeLandmark } from '../rig/landmarks.ts';
import { lipGapRow } from '../rig/lip-gap.ts';
import { type MouthColours, measureSoftness, mouthColours } from './skin/light.ts';
import { buildMatte, buildTexture, type Matte } from './background/matte.ts';
import { faceHull } from './drawing/face.ts';
import { blurMotion, buildMotionBlur, measureNeighbours, type Neighbours } from './motion-blur.ts';
import { buildEyePainter, paintEye } from './eyes/paint-eye.ts';
import { buildMouthPainter, paintMouth } from './mouth/paint-mouth.ts';
import { buildPartReader, type FramePart, type PartReader, readPart } from './parts.ts';
import { largestTurn } from './rig/head-room.ts';
import { landmarkCount, type Rig } from '../rig/rig.ts';
import { buildNosePainter, paintNose } from './drawing/paint-nose.ts';
import { buildScene, closureOf, poseScene, type Scene } from './scene.ts';
import { createCanvas, drawSurface } from './drawing/surface.ts';
import type { Texture } from './drawing/texture.ts';

export interface RenderSource {
  /** Of the picture and of the film */
  width: number;
  height: number;
  /** [height, width, 3] sRGB */
  rgb: Uint8Array;
  /** [height, width] 0 transparent, 255 opaque: frames then have a fourth channel, and nothing is drawn behind the person. Absent or null: opaque */
  alpha?: Uint8Array | null;
  /** [478, 3] pixels of this picture, x right, y down, z in the same scale, smaller is nearer (MediaPipe) */
  landmarks: Float32Array;
  /** [maskHeight, maskWidth] person 0..1 over the whole picture, or null */
  mask: Float32Array | null;
  maskWidth: number;
  maskHeight: number;
  /** Of the head to `landmarks`, where it was found already. */
  fit?: HeadFit;
}

export interface RendererOptions {
  /** False bends the background with the head even where a mask would allow better. Default true. */
  matte?: boolean;
  /** How finely lips and lids are drawn: one sample a pixel and axis fewer or more than `balanced`. */
  fineness?: Fineness | undefined;
}

export type Fineness = 'fast' | 'balanced' | 'best';
const extraSamples = { fast: -1, balanced: 0, best: 1 } as const;

export interface PortraitAnalysis {
  readonly fit: HeadFit;
  /** [40] standard deviations */
  readonly identity: Float32Array;
  /** [52] how each coefficient parts the lips: lip-gap.ts */
  readonly gapRow: Float32Array;
  /** Degrees */
  readonly pose: { pitch: number; yaw: number; roll: number };
  readonly warnings: string[];
}

export interface Renderer extends PortraitAnalysis {
  /**
   * Draws one frame. motion [58] of channels.ts; out [height, width, channels] sRGB, channels as `channelsOf` the source.
   * activity 0..1: how far the portrait is speaking; from 0 to 1 its own expression leaves and its lips follow the motion alone, so that parted lips
   * can close. Zero motion with activity 0 (the default for it) gives the picture back; any other motion takes 1 unless told.
   * With `neighbours`, lips and lids that move fast are blurred: motion-blur.ts.
   */
  render(motion: Float32Array, out: Uint8Array, activity?: number, neighbours?: Neighbours | null): void;
  /** Mouth and eyes of the frame drawn last, for a learned finish: parts.ts. Throws a RangeError where no motion was drawn yet. */
  parts(): FramePart[];
}

const smallestFace = 128;

/** Fits the rig to the portrait, and nothing else: identity, pose and warnings without what drawing needs. */
export function analyseSource(rig: Rig, source: RenderSource): PortraitAnalysis {
  checkSource(source);
  return describe(rig, fitHead(rig, source.landmarks), spanOf(source.landmarks, rightCheekLandmark, leftCheekLandmark));
}

function describe(rig: Rig, fit: HeadFit, faceWidth: number): PortraitAnalysis {
  const { identity, pose } = fit;
  const { yaw } = pose;
  const warnings: string[] = [];
  if (Math.abs(yaw) > largestTurn.yaw) {
    warnings.push(`The face is turned by ${Math.abs(yaw).toFixed(0)} degrees: above ${largestTurn.yaw} its far side is guessed, and the head turns less than asked. Choose a more frontal portrait.`);
  }
  if (faceWidth < smallestFace) {
    warnings.push(`The face is ${faceWidth.toFixed(0)} pixels wide: under ${smallestFace} teeth and eyes stay coarse. Choose a larger picture, or --crop face with a larger --size.`);
  }
  return { fit, identity, gapRow: lipGapRow(rig), pose, warnings };
}

/** Bytes a pixel of the frames: 4 where the source has transparency. */
export function channelsOf({ alpha }: Pick<RenderSource, 'alpha'>): 3 | 4 {
  return alpha ? 4 : 3;
}

function checkSource({ width, height, rgb, alpha, landmarks, mask, maskWidth, maskHeight }: RenderSource): void {
  const fail = (what: string, expected: number, got: number): never => {
    throw new AnimateError('bad-option', `render source: expected ${expected} ${what}, got ${got}`);
  };
  if (rgb.length !== width * height * 3) fail(`bytes for ${width} x ${height} pixels`, width * height * 3, rgb.length);
  if (alpha && alpha.length !== width * height) fail('bytes of alpha', width * height, alpha.length);
  if (landmarks.length !== landmarkCount * 3) fail('landmark numbers', landmarkCount * 3, landmarks.length);
  if (mask && mask.length !== maskWidth * maskHeight) fail('mask values', maskWidth * maskHeight, mask.length);
}

/** What is found out about a portrait before it is drawn, most of the work: plain data, so that one thread can do it for all. */
export interface PreparedPortrait {
  source: RenderSource;
  scene: Scene;
  texture: Texture;
  /** [height, width, 3] the background alone, or null where it is drawn with the rest */
  plate: Uint8Array | null;
  colours: MouthColours;
  softness: number;
}

export function preparePortrait(rig: Rig, source: RenderSource, options: RendererOptions = {}): PreparedPortrait {
  checkSource(source);
  const { width, height, rgb, alpha = null } = source;
  const head = placeHead(rig, source.landmarks, source.fit);
  const matte = options.matte === false || alpha ? null : matteOf(source, head);
  const scene = buildScene(rig, head, { width, height, rgb, alpha: alpha ? opacityOf(alpha) : (matte?.alpha ?? null) });
  const texture = alpha ? buildCutoutTexture(rgb, alpha, width, height) : buildTexture(rgb, width, height, matte);
  const plate = matte && platePixels(matte, width * height);
  return { source, scene, texture, plate, colours: mouthColours(head, rgb, width, height, scene.ownTeeth), softness: measureSoftness(head, rgb, width, height) };
}

export function createRenderer(rig: Rig, source: RenderSource, options: RendererOptions = {}): Renderer {
  return openRenderer(preparePortrait(rig, source, options), options);
}

/** A renderer of its own: it poses the prepared scene, so let no other take the same. */
export function openRenderer({ source, scene, texture, plate, colours, softness }: PreparedPortrait, options: RendererOptions = {}): Renderer {
  const { width, height, rgb, alpha = null } = source;
  const { head } = scene;
  const kernel = createKernel();
  const canvas = createCanvas(kernel, width, height, rgb, texture, plate, scene.grid.rows, alpha);
  const colour = alpha ? new Uint8Array(rgb.length) : null;
  const extra = extraSamples[options.fineness ?? 'balanced'];
  const mouth = buildMouthPainter(scene, colours, softness, extra);
  const eyes = scene.lids.map((lid) => buildEyePainter(scene, lid, canvas, colours.lash, extra));
  const blur = buildMotionBlur(scene, [mouth.opening, ...eyes.map(({ opening }) => opening)], kernel);
  const nose = buildNosePainter(scene);
  let reader: PartReader | undefined;
  let isDrawn = false;
  return {
    ...describe(head.rig, head.fit, head.faceWidth),
    render(motion, out, activity = motion.some((value) => value !== 0) ? 1 : 0, neighbours = null) {
      if (motion.length !== channelCount) throw new RangeError(`render: expected ${channelCount} motion channels, got ${motion.length}`);
      if (activity === 0 && !motion.some((value) => value !== 0)) {
        if (alpha) joinAlpha(rgb, alpha, out);
        else out.set(rgb);
        return;
      }
      isDrawn = true;
      const drawn = colour ?? out;
      if (neighbours) measureNeighbours(blur, scene, motion, neighbours);
      poseScene(scene, motion, activity);
      drawSurface(canvas, scene, drawn);
      paintNose(nose, canvas, motion, drawn);
      paintMouth(mouth, scene, canvas, drawn);
      for (const eye of eyes) paintEye(eye, scene, canvas, motion, closureOf(motion, eye.lid), drawn);
      if (neighbours) blurMotion(blur, scene, width, height, drawn);
      if (canvas.opacity) joinAlpha(drawn, canvas.opacity.drawn, out);
    },
    parts() {
      if (!isDrawn) throw new RangeError('parts: expected a frame in motion to be drawn first');
      reader ??= buildPartReader(scene);
      const read = reader;
      return [readPart(read, 'mouth', mouth.opening), ...eyes.map(({ opening }, side) => readPart(read, side === 0 ? 'rightEye' : 'leftEye', opening))];
    },
  };
}

function matteOf(source: RenderSource, head: Head): Matte | null {
  if (!source.mask) return null;
  return buildMatte({ ...source, mask: source.mask, hull: faceHull(head), faceWidth: head.faceWidth, lobes: lobesOf(head), cover: coverOf(head, source.width, source.height) }).matte;
}

/** [2, 2] pixels */
function lobesOf({ landmarks }: Head): number[] {
  return [rightLobeLandmark, leftLobeLandmark].flatMap((i) => [landmarks[i * 3], landmarks[i * 3 + 1]]);
}

/** Planes 0..255 -> [height, width, 3] bytes. */
function platePixels({ plate }: Matte, size: number): Uint8Array {
  const out = new Uint8Array(size * 3);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) out[i * 3 + c] = Math.max(0, Math.min(255, Math.round(plate[c][i])));
  return out;
}
