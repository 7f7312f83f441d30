/** Step 5: how far the head can move before the picture has nothing to show for it: skin turned away, or cut off by the picture's border. */
import { clamp } from '../drawing/geometry.ts';

/** The largest motion below and above zero. */
export type Range = readonly [number, number];

/** Degrees; shifts in face heights, y up. */
export interface HeadRoom {
  pitch: Range;
  yaw: Range;
  roll: Range;
  x: Range;
  y: Range;
}

/** Degrees from the front, the picture's own turn included, up to which a head turns; beyond, skin that no picture showed would have to be made up. */
export const largestTurn = { yaw: 35, pitch: 30 };
/** Turning back to the front shows hidden skin as well: this share of the head's own turn counts there. */
const backShare = 0.8;
/** However far the picture's head is turned already, so many degrees are left: fewer the farther it is beyond `largestTurn`, half of them after `fadingTurn` degrees. */
const leastTurn = 3;
const fadingTurn = 10;
/** A face at the border may still turn, roll (degrees) and shift (face heights) so far away from it, one that is `clear` face widths off as if there were none. */
const cutFace = { turn: 4, roll: 5, shift: 0.03, clear: 0.3 };
/** More than any motion asks. */
const unbounded = { roll: 45, shift: 2 };

/** face: the face's box in a picture of width x height, pixels; pose in degrees. */
export function measureRoom(face: { x0: number; y0: number; x1: number; y1: number }, faceWidth: number, width: number, height: number, pose: { pitch: number; yaw: number }): HeadRoom {
  const clearance = (distance: number): number => clamp(distance / faceWidth / cutFace.clear, 0, 1);
  const [left, top, right, bottom] = [face.x0, face.y0, width - face.x1, height - face.y1].map(clearance);
  const between = (least: number, most: number, share: number): number => least + (most - least) * share;
  const turn = (own: number, largest: number, side: 1 | -1, share: number): number => {
    const beyond = Math.max(0, Math.abs(own) - largest) / fadingTurn;
    const free = Math.max(leastTurn / (1 + beyond), largest - Math.abs(own) * (own * side > 0 ? 1 : backShare));
    return Math.min(free, between(cutFace.turn, largest, share));
  };
  const shift = (share: number): number => between(cutFace.shift, unbounded.shift, share * share);
  const roll = between(cutFace.roll, unbounded.roll, Math.min(left, top, right));
  // Positive yaw takes the face to the image's right, positive pitch down.
  return {
    pitch: [turn(pose.pitch, largestTurn.pitch, -1, bottom), turn(pose.pitch, largestTurn.pitch, 1, top)],
    yaw: [turn(pose.yaw, largestTurn.yaw, -1, right), turn(pose.yaw, largestTurn.yaw, 1, left)],
    roll: [roll, roll],
    x: [shift(right), shift(left)],
    y: [shift(top), shift(bottom)],
  };
}

/** `asked` as it is up to half the room on its side, then less and less: never beyond the room. */
export function boundMotion(asked: number, [below, above]: Range): number {
  const half = (asked < 0 ? below : above) / 2;
  const size = Math.abs(asked);
  return size <= half ? asked : Math.sign(asked) * (half + half * Math.tanh((size - half) / half));
}
