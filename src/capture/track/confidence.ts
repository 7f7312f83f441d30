/** How far the landmarks of a frame can be trusted. */
import { boundsOf } from '../../face/pixels.ts';
import { estimateYaw } from '../../face/pose.ts';

export interface Evidence {
  /** [478, 3] x, y, z in pixels of the frame. */
  readonly landmarks: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The mesh's own probability that it lies on a face, 0..1. */
  readonly flag: number;
  /** The detector's score at that place, 0..1, when it last looked. */
  readonly detectorScore: number;
  /** From `ShapeMemory`. */
  readonly shapeChange: number;
}

/** Each thing costs nothing up to the first number and everything from the second on. */
const limits = {
  yawDegrees: [48, 80],
  /** 1 - longer side of the face in pixels / 96. */
  smallness: [0.35, 0.75],
  /** Share of landmarks outside the frame. */
  outside: [0.08, 0.45],
  shapeChange: [0.12, 0.35],
  /** 1 - score. Upright faces score above 0.7. */
  doubt: [0.45, 0.9],
  /** 1 - flag. */
  noFace: [0.05, 0.8],
} as const;

/** 0..1: 1 a face that can be read well, below 0.3 one that should not be used. */
export function rateFace({ landmarks, width, height, flag, detectorScore, shapeChange }: Evidence): number {
  const bounds = boundsOf(landmarks);
  let outside = 0;
  for (let at = 0; at < landmarks.length; at += 3) if (landmarks[at] < 0 || landmarks[at + 1] < 0 || landmarks[at] > width || landmarks[at + 1] > height) outside++;
  return (
    remaining(1 - flag, limits.noFace) *
    remaining(Math.abs(estimateYaw(landmarks)), limits.yawDegrees) *
    remaining(1 - Math.max(bounds.width, bounds.height) / 96, limits.smallness) *
    remaining((outside * 3) / landmarks.length, limits.outside) *
    remaining(shapeChange, limits.shapeChange) *
    remaining(1 - detectorScore, limits.doubt)
  );
}

function remaining(value: number, [from, to]: readonly [number, number]): number {
  return 1 - Math.min(1, Math.max(0, (value - from) / (to - from)));
}
