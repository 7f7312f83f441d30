/** Draws a portrait in motion. The steps are numbered in docs/renderer.md. */
import { AnimateError } from '../errors.ts';
import { channelCount } from '../motion/channels.ts';
import { fitHead, type HeadFit } from './fit.ts';
import { type Head, placeHead, spanOf } from './head.ts';
import { leftCheekLandmark, rightCheekLandmark } from './landmarks.ts';
import { lipGapRow } from './lip-gap.ts';
import { measureSoftness, mouthColours } from './light.ts';
import { buildMatte, buildTexture, type Matte } from './matte.ts';
import { faceHull } from './face.ts';
import { buildEyePainter, paintEye } from './paint-eye.ts';
import { buildMouthPainter, paintMouth } from './paint-mouth.ts';
import { landmarkCount, type Rig } from './rig.ts';
import { buildScene, closureOf, poseScene } from './scene.ts';
import { createCanvas, drawSurface } from './surface.ts';

export interface RenderSource {
  /** Of the picture and of the film */
  width: number;
  height: number;
  /** [height, width, 3] sRGB */
  rgb: Uint8Array;
  /** [478, 3] pixels of this picture, x right, y down, z in the same scale, smaller is nearer (MediaPipe) */
  landmarks: Float32Array;
  /** [maskHeight, maskWidth] person 0..1 over the whole picture, or null */
  mask: Float32Array | null;
  maskWidth: number;
  maskHeight: number;
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
   * Draws one frame. motion [58] of channels.ts; out [height, width, 3] sRGB.
   * activity 0..1: how far the portrait is speaking; from 0 to 1 its own expression leaves and its lips follow the motion alone, so that parted lips
   * can close. Zero motion with activity 0 (the default for it) gives the picture back; any other motion takes 1 unless told.
   */
  render(motion: Float32Array, out: Uint8Array, activity?: number): void;
}

/** Beyond this turn a single picture shows too little of the far side. */
const largestYaw = 25;
const smallestFace = 128;

/** Fits the rig to the portrait, and nothing else: identity, pose and warnings without what drawing needs. */
export function analyseSource(rig: Rig, source: RenderSource): PortraitAnalysis {
  checkSource(source);
  return describe(rig, fitHead(rig, source.landmarks), spanOf(source.landmarks, rightCheekLandmark, leftCheekLandmark));
}

function describe(rig: Rig, { identity, pose }: HeadFit, faceWidth: number): PortraitAnalysis {
  const { yaw } = pose;
  const warnings: string[] = [];
  if (Math.abs(yaw) > largestYaw) {
    warnings.push(`The face is turned by ${Math.abs(yaw).toFixed(0)} degrees: above ${largestYaw} the far side of the mouth is guessed. Choose a more frontal portrait, or --head-motion 0.5.`);
  }
  if (faceWidth < smallestFace) {
    warnings.push(`The face is ${faceWidth.toFixed(0)} pixels wide: under ${smallestFace} teeth and eyes stay coarse. Choose a larger picture, or --crop face with a larger --size.`);
  }
  return { identity, gapRow: lipGapRow(rig), pose, warnings };
}

function checkSource({ width, height, rgb, landmarks, mask, maskWidth, maskHeight }: RenderSource): void {
  const fail = (what: string, expected: number, got: number): never => {
    throw new AnimateError('bad-option', `render source: expected ${expected} ${what}, got ${got}`);
  };
  if (rgb.length !== width * height * 3) fail(`bytes for ${width} x ${height} pixels`, width * height * 3, rgb.length);
  if (landmarks.length !== landmarkCount * 3) fail('landmark numbers', landmarkCount * 3, landmarks.length);
  if (mask && mask.length !== maskWidth * maskHeight) fail('mask values', maskWidth * maskHeight, mask.length);
}

export function createRenderer(rig: Rig, source: RenderSource, options: RendererOptions = {}): Renderer {
  checkSource(source);
  const { width, height, rgb } = source;
  const head = placeHead(rig, source.landmarks);
  const matte = options.matte === false ? null : matteOf(source, head);
  const scene = buildScene(rig, head, { width, height, rgb, alpha: matte?.alpha ?? null });
  const canvas = createCanvas(width, height, rgb, buildTexture(rgb, width, height, matte), matte && platePixels(matte, width * height));
  const colours = mouthColours(head, rgb, width, height, scene.ownTeeth);
  const extra = extraSamples[options.fineness ?? 'balanced'];
  const mouth = buildMouthPainter(scene, colours, measureSoftness(head, rgb, width, height), extra);
  const eyes = scene.lids.map((lid) => buildEyePainter(scene, lid, canvas, colours.lash, extra));
  return {
    ...describe(rig, head.fit, head.faceWidth),
    render(motion, out, activity = motion.some((value) => value !== 0) ? 1 : 0) {
      if (motion.length !== channelCount) throw new RangeError(`render: expected ${channelCount} motion channels, got ${motion.length}`);
      if (activity === 0 && !motion.some((value) => value !== 0)) {
        out.set(rgb);
        return;
      }
      poseScene(scene, motion, activity);
      drawSurface(canvas, scene, out);
      paintMouth(mouth, scene, canvas, out);
      for (const eye of eyes) paintEye(eye, scene, canvas, motion, closureOf(motion, eye.lid), out);
    },
  };
}

function matteOf(source: RenderSource, head: Head): Matte | null {
  if (!source.mask) return null;
  return buildMatte({ ...source, mask: source.mask, hull: faceHull(head), faceWidth: head.faceWidth }).matte;
}

/** Planes 0..255 -> [height, width, 3] bytes. */
function platePixels({ plate }: Matte, size: number): Uint8Array {
  const out = new Uint8Array(size * 3);
  for (let i = 0; i < size; i++) for (let c = 0; c < 3; c++) out[i * 3 + c] = Math.max(0, Math.min(255, Math.round(plate[c][i])));
  return out;
}
