/** Where in the frame the mesh is laid: it follows the face, but not the noise of its landmarks. */
import type { Region } from '../../face/pyramid.ts';

/** How far `to` lies from `from`. */
export interface Move {
  /** Of the centre, in sides of `from`. */
  readonly shift: number;
  /** Natural logarithm of the ratio of sides. */
  readonly zoom: number;
  /** Radians. */
  readonly turn: number;
}

export function measureMove(from: Region, to: Region): Move {
  return {
    shift: Math.hypot(to.centreX - from.centreX, to.centreY - from.centreY) / from.width,
    zoom: Math.log(to.width / from.width),
    turn: turnBetween(from.angle, to.angle),
  };
}

/** Moves of this size are followed by half. Noise of the landmarks (0.002 of the side) is not followed, a nod (0.03 a frame and more) is. */
const half: Move = { shift: 0.012, zoom: 0.02, turn: 0.015 };

/**
 * The next region: `wanted`, approached the more fully the farther it lies from `held`. A crop that repeats every tremor of the landmarks adds its own sampling noise to the next
 * ones; one that stays put and then jumps makes them jump. The share x² / (x² + half²) does neither.
 */
export function followRegion(held: Region, wanted: Region): Region {
  const { shift, zoom, turn } = measureMove(held, wanted);
  const share = (x: number, halfWay: number): number => (x * x) / (x * x + halfWay * halfWay);
  const move = share(shift, half.shift);
  const side = held.width * Math.exp(zoom * share(zoom, half.zoom));
  return {
    centreX: held.centreX + (wanted.centreX - held.centreX) * move,
    centreY: held.centreY + (wanted.centreY - held.centreY) * move,
    width: side,
    height: side,
    angle: held.angle + turn * share(turn, half.turn),
  };
}

/** From here on the face has left the middle of the crop and the mesh is laid once more. */
const far: Move = { shift: 0.05, zoom: 0.08, turn: 0.1 };

export function isFar({ shift, zoom, turn }: Move): boolean {
  return shift > far.shift || Math.abs(zoom) > far.zoom || Math.abs(turn) > far.turn;
}

/** From here on, and in a frame that has little in common with the one before, it is not the face that moved: the scene is another. */
const elsewhere: Move = { shift: 0.35, zoom: 0.2, turn: 0.5 };

export function isElsewhere({ shift, zoom, turn }: Move): boolean {
  return shift > elsewhere.shift || Math.abs(zoom) > elsewhere.zoom || Math.abs(turn) > elsewhere.turn;
}

/** The shorter way round, radians. */
function turnBetween(from: number, to: number): number {
  const turn = to - from;
  return turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
}
