/** What the pipeline sees in a picture: the faces, the one that would speak, and what may look wrong. */
import { writeFile } from 'node:fs/promises';
import type { Box } from '../face/pixels.ts';
import { estimateRoll } from '../face/pose.ts';
import { framePortrait } from '../frame-portrait.ts';
import { openModel } from '../model/open.ts';
import { type AnimateOptions, resolveOptions } from '../options.ts';
import { choosePortrait, type Portrait } from '../portrait/choose.ts';
import { loadPicture } from '../portrait/load.ts';
import { drawOverlay } from '../portrait/overlay.ts';
import type { Picture } from '../portrait/picture.ts';
import { placeHead } from '../render/rig/head.ts';
import { analysePortrait } from '../render/pool.ts';
import { part, readRig } from '../rig/rig.ts';
import { checkTarget } from '../video/target.ts';

export interface FaceReport {
  /** 1 is the leftmost: what --face takes. */
  readonly number: number;
  /** True for the one that speaks. */
  readonly speaks: boolean;
  /** Forehead to chin, ear to ear; pixels of the picture. */
  readonly box: Box;
  /** Longer side of the box, pixels. */
  readonly size: number;
  /** Probability that it is a face, 0..1. */
  readonly confidence: number;
  /** Degrees; positive looks to the image's right. */
  readonly yaw: number;
  /** Degrees; positive is tilted counter-clockwise in the picture. */
  readonly roll: number;
}

export interface PortraitReport {
  readonly kind: 'portrait';
  readonly path: string;
  /** Upright, pixels. */
  readonly width: number;
  readonly height: number;
  readonly hasTransparency: boolean;
  /** Left to right. */
  readonly faces: readonly FaceReport[];
  /** Of the fitted head of the face that speaks, degrees: down, to the image's right, counter-clockwise. */
  readonly pose: { readonly pitch: number; readonly yaw: number; readonly roll: number };
  /** Of the film that it would make, pixels. */
  readonly film: { readonly width: number; readonly height: number };
  readonly warnings: readonly string[];
  /** The picture that was drawn, where one was asked for. */
  readonly overlay?: string;
}

export interface InspectPortraitOptions extends Pick<AnimateOptions, 'face' | 'size' | 'crop' | 'background' | 'model' | 'device' | 'threads'> {
  /** Where to draw boxes, landmarks and the fitted head over the picture: a PNG. */
  readonly overlay?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Throws AnimateError no-face where there is none. */
export async function inspectPortrait(path: string, { overlay, signal, ...options }: InspectPortraitOptions): Promise<PortraitReport> {
  const values = resolveOptions(options).values;
  const target = overlay === undefined ? undefined : await checkTarget(overlay, [path], { flag: '--overlay', endings: ['.png'], example: 'overlay.png' });
  const picture = await loadPicture(path, { background: values.background });
  const model = await openModel(values.model, { device: values.device, threads: Math.min(values.threads, 2), signal });
  try {
    const { faceDetectorNear: near, faceDetectorFar: far, faceMesh: mesh } = model.networks;
    const portrait = await choosePortrait(picture, { near, far, mesh }, { face: values.face });
    const framed = await framePortrait(picture, { ...values, face: portrait.number }, model.networks);
    const analysis = analysePortrait(model.rig, framed.source);
    if (target !== undefined) await writeFile(target, await overlayOf(picture, portrait, model.rig));
    const { width, height } = framed.source;
    return {
      kind: 'portrait',
      path,
      width: picture.width,
      height: picture.height,
      hasTransparency: picture.alpha !== null,
      faces: portrait.faces.map((face, i) => ({ number: i + 1, speaks: face === portrait.face, box: face.bounds, size: face.size, confidence: face.flag, yaw: face.yaw, roll: -estimateRoll(face.landmarks) })),
      pose: analysis.pose,
      film: { width, height },
      warnings: [...new Set([...picture.warnings, ...portrait.warnings, ...framed.warnings, ...analysis.warnings])],
      ...(target === undefined ? {} : { overlay: target }),
    };
  } finally {
    await model.close();
  }
}

/** PNG bytes: every face's box and number, and on the one that speaks its landmarks and the head that was fitted to them. */
function overlayOf(picture: Picture, { face, faces }: Portrait, rigBytes: SharedArrayBuffer): Promise<Uint8Array> {
  const rig = readRig(rigBytes);
  const { rest } = placeHead(rig, face.landmarks);
  const skin = Array.from({ length: rig.triangleCount }, (_, t) => t).filter((t) => rig.parts[t] === part.skin);
  const mesh = { positions: rest, triangles: Uint32Array.from(skin.flatMap((t) => [...rig.triangles.subarray(t * 3, t * 3 + 3)])) };
  return drawOverlay(picture, { boxes: faces.map(({ bounds }) => bounds), speaking: faces.indexOf(face), landmarks: face.landmarks, mesh });
}
