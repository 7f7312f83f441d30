/** Which part of the picture becomes the film's frame, and at what size. */
import type { Box } from '../face/pixels.ts';
import { cropPicture, type Picture, resizePicture } from './picture.ts';

export type Crop = 'none' | 'face' | 'square';

export interface PlanFrameOptions {
  /** Long side of the film, pixels. Default the crop's own, at most 1920. */
  size?: number | undefined;
  /** `none` keeps the whole picture, `face` head and shoulders, `square` the largest square with the face. Default `none`. */
  crop?: Crop | undefined;
}

export interface FramePlan {
  /** What is kept, whole picture pixels. */
  readonly crop: Box;
  /** Of the film, pixels; even. */
  readonly width: number;
  readonly height: number;
  /** Film pixels per picture pixel. */
  readonly scale: number;
}

const largestDefaultSide = 1920;
const smallestSide = 16;
/** `face`: side of the square / height of the face (brow-to-chin boxes of the landmarks), and where in it the face's centre lies. */
const faceCropScale = 2.4;
const faceCentreDown = 0.45;

/** `face`: the landmarks' bounds in picture pixels. */
export function planFrame(picture: { width: number; height: number }, face: Box, options: PlanFrameOptions = {}): FramePlan {
  const crop = chooseCrop(picture, face, options.crop ?? 'none');
  const longSide = Math.max(crop.width, crop.height);
  const size = options.size ?? Math.min(longSide, largestDefaultSide);
  if (evenDown(size) === evenDown(longSide)) {
    // No resampling: an odd last row or column is cut off, and every other pixel stays what it is.
    const even = { ...crop, width: evenDown(crop.width), height: evenDown(crop.height) };
    return { crop: even, width: even.width, height: even.height, scale: 1 };
  }
  const scale = evenDown(size) / longSide;
  const width = crop.width === longSide ? evenDown(size) : evenNear(crop.width * scale);
  const height = crop.height === longSide ? evenDown(size) : evenNear(crop.height * scale);
  return { crop, width, height, scale };
}

export interface PlannedFrame {
  /** At the film's size. */
  readonly picture: Picture;
  /** [478, 3] in film pixels. */
  readonly landmarks: Float32Array;
}

/** Cuts and resizes (Lanczos-3) the picture, and carries `landmarks` [n, 3] from picture pixels to film pixels. */
export async function applyPlan(picture: Picture, landmarks: Float32Array, plan: FramePlan): Promise<PlannedFrame> {
  const resized = await resizePicture(cropPicture(picture, plan.crop), plan.width, plan.height);
  const scaleX = plan.width / plan.crop.width;
  const scaleY = plan.height / plan.crop.height;
  const moved = new Float32Array(landmarks.length);
  for (let at = 0; at < landmarks.length; at += 3) {
    moved[at] = (landmarks[at] - plan.crop.x) * scaleX;
    moved[at + 1] = (landmarks[at + 1] - plan.crop.y) * scaleY;
    moved[at + 2] = landmarks[at + 2] * scaleX;
  }
  return { picture: resized, landmarks: moved };
}

function chooseCrop(picture: { width: number; height: number }, face: Box, crop: Crop): Box {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  if (crop === 'none') return whole;
  const largestSquare = Math.min(picture.width, picture.height);
  const centreX = face.x + face.width / 2;
  const centreY = face.y + face.height / 2;
  const wanted = Math.round(Math.max(face.width, face.height) * faceCropScale);
  const side = crop === 'square' ? largestSquare : Math.max(smallestSide, Math.min(largestSquare, wanted));
  return {
    x: placeInside(centreX - side / 2, side, picture.width),
    y: placeInside(centreY - side * faceCentreDown, side, picture.height),
    width: side,
    height: side,
  };
}

/** The whole-numbered start nearest to `start` that keeps `side` pixels within `length`. */
function placeInside(start: number, side: number, length: number): number {
  return Math.min(length - side, Math.max(0, Math.round(start)));
}

function evenDown(length: number): number {
  return Math.max(smallestSide, Math.floor(length / 2) * 2);
}

function evenNear(length: number): number {
  return Math.max(smallestSide, Math.round(length / 2) * 2);
}
