/** Step 6: a grid over head, hair, neck and surroundings that follows the face's edge and the head's pose, so that no gap can open anywhere. */
import type { Face } from './face.ts';
import { chainParameters, clamp, interpolate, signedDistance, smoothStep } from './geometry.ts';
import type { Head } from '../rig/head.ts';
import { type HeadMove, movePoint } from '../rig/pose.ts';
import { chinLandmark } from '../../rig/landmarks.ts';
import { clearTarget, createTarget, drawMesh, type Mesh } from './raster.ts';
import { part } from '../../rig/rig.ts';

export interface Grid {
  mesh: Mesh;
  columns: number;
  rows: number;
  /** Pixels between nodes, and the node in the face's middle */
  step: number;
  middle: { column: number; row: number };
  /** [n] 1 within the face's outline */
  isInside: Uint8Array;
  /** [n, 3] pixels, x right, y down, z to the viewer */
  rest: Float32Array;
  /** [n] what is to be added to the depth where a turn opens the grid, pixels; and the way out of the face there [n, 2], unit vectors, y down */
  openingDepth: Float32Array;
  outward: Float32Array;
  /** [n] 1 moves with the head, 0 stays */
  headWeight: Float32Array;
  /** [n, 3] how far a node is held back from moving down, right and left, 0..1: `holdAtBorder` */
  holds: Float32Array;
  /** [n, neighbours] face vertices whose displacement a node takes, and their weights (decay included) */
  anchors: Uint32Array;
  anchorWeights: Float32Array;
  /** The part of the picture that can ever move: x0, y0, x1, y1 whole pixels */
  box: [number, number, number, number];
}

const neighbours = 8;
/** Cells across the face. */
const cellsAcross = 24;
/** How far beyond the face's edge its expression is felt, face heights. */
const expressionReach = 0.42;
/**
 * Depth falls off outside the face by at most this many pixels a pixel: steeper skin (cheek to ear, jaw to neck) would fold where it turns away,
 * and where it comes into view an ear stands off by about 35 degrees: it widens by a third at 15 degrees (tan 55 = 1.4), not by two thirds.
 */
const steepestFall = { closing: 2.2, opening: 1.45 };
/** The picture's border holds what lies so many face heights before it, the less the farther; a head that moves by more than that towards the border folds. */
const pinReach = 0.4;
/** From this many face heights inside the face's edge on. */
const edgeBand = 0.04;
/** The face itself is drawn with full weight from so many face heights inside its edge on: nearer to it the grid's depths count. */
const steepBand = 0.12;
/** Passes over the whole surroundings, and in all: the later ones spare the face's edge. */
const edgePasses = 4;
const smoothingPasses = 40;
/** Head motion fades from full at the chin to none so far below it, face heights: where the picture ends earlier, down to its border if that leaves room. */
const neckLength = { shortest: 0.35, longest: 0.65 };

export interface GridOptions {
  width: number;
  height: number;
  /** [height, width] person 0..1 where the background is drawn apart and need not bend with the head; null where it has to. */
  alpha: Float32Array | null;
}

export function buildGrid(head: Head, face: Face, options: GridOptions): Grid {
  const { width, height } = options;
  const fh = head.faceHeight;
  const lm = head.landmarks;
  const chin: [number, number] = [lm[chinLandmark * 3], lm[chinLandmark * 3 + 1]];
  const centre: [number, number] = [chin[0] + head.up[0] * 0.62 * fh, chin[1] + head.up[1] * 0.62 * fh];
  const neckBottom = -clamp((height - chin[1]) / fh, neckLength.shortest, neckLength.longest);
  const outer = options.alpha ? 2.3 : 1.75;
  const step = head.faceWidth / cellsAcross;
  const margin = 0.35 * fh;
  const x0 = Math.max(-margin, centre[0] - outer * fh);
  const y0 = Math.max(-margin, centre[1] - outer * fh);
  const columns = Math.ceil((Math.min(width + margin, centre[0] + outer * fh) - x0) / step) + 1;
  const rows = Math.ceil((Math.min(height + margin, centre[1] + outer * fh) - y0) / step) + 1;
  const n = columns * rows;
  const rest = new Float32Array(n * 3);
  const headWeight = new Float32Array(n);
  const holds = new Float32Array(n * 3);
  for (let i = 0; i < n; i++) {
    const x = snapped(x0 + (i % columns) * step, step, 0, width);
    const y = snapped(y0 + Math.floor(i / columns) * step, step, 0, 0);
    rest[i * 3] = x;
    rest[i * 3 + 1] = y;
    const above = ((x - chin[0]) * head.up[0] + (y - chin[1]) * head.up[1]) / fh;
    const side = Math.abs((x - chin[0]) * head.up[1] - (y - chin[1]) * head.up[0]) / fh;
    const shoulder = smoothStep(0.4, 1.1, side) * smoothStep(0.35, -0.25, above);
    // A background that has to bend does so less far to the sides, where other people are.
    const radius = Math.hypot(side * (options.alpha ? 1 : 1.25), above - 0.62);
    headWeight[i] = smoothStep(neckBottom, 0, above) * (1 - shoulder) * smoothStep(outer, options.alpha ? 1.5 : 0.85, radius);
    holdAtBorder(options, x, y, pinReach * fh, holds, i * 3);
  }
  setDepths(head, rest, columns, rows, x0, y0, step);
  const { anchors, anchorWeights } = anchorNodes(head, face, rest, n);
  const { outside, outward } = measureOutside(face, centre, rest, n);
  const opening = easeDepths(head, outside, rest, columns, rows, step, steepestFall.opening);
  const closing = easeDepths(head, outside, rest, columns, rows, step, steepestFall.closing);
  for (let i = 0; i < n; i++) rest[i * 3 + 2] = closing[i];
  const attributes = new Float32Array(n * 2);
  // Beyond the border its last line is held: mirrored, a whole head would come back upside down. Below a raised chin mirrored neck is the better guess.
  for (let i = 0; i < n; i++) attributes.set([clamp(rest[i * 3], 0, width), Math.max(0, rest[i * 3 + 1])], i * 2);
  const box: Grid['box'] = [
    clamp(Math.floor(x0), 0, width),
    clamp(Math.floor(y0), 0, height),
    clamp(Math.ceil(x0 + (columns - 1) * step), 0, width),
    clamp(Math.ceil(y0 + (rows - 1) * step), 0, height),
  ];
  const triangles = gridTriangles(columns, rows);
  const codes = new Uint8Array(triangles.length / 3).fill(1);
  const middle = { column: clamp(Math.round((centre[0] - x0) / step), 0, columns - 1), row: clamp(Math.round((centre[1] - y0) / step), 0, rows - 1) };
  const isInside = Uint8Array.from(outside, (distance) => (distance < 0 ? 1 : 0));
  return { mesh: { positions: rest.slice(), attributes, triangles, codes }, columns, rows, step, middle, isInside, rest, openingDepth: opening.map((z, i) => z - closing[i]), outward, headWeight, holds, anchors, anchorWeights, box };
}

/** A node next to a border of the picture lies on it, so that no triangle crosses it. */
function snapped(value: number, step: number, low: number, high: number): number {
  if (Math.abs(value - low) <= step / 2) return low;
  return Math.abs(value - high) <= step / 2 ? high : value;
}

/**
 * How far the picture's upper, left and right border hold a node back from moving inwards, 0..1, into `out[to..to + 2]`: nothing is known beyond them,
 * so a person who touches one must not leave it. The lower border is left to the neck.
 */
function holdAtBorder({ width, height, alpha }: GridOptions, x: number, y: number, reach: number, out: Float32Array, to: number): void {
  const personAt = (px: number, py: number): number =>
    alpha ? alpha[clamp(Math.round(py), 0, height - 1) * width + clamp(Math.round(px), 0, width - 1)] : 1;
  [y, x, width - x].forEach((distance, side) => {
    const near = 1 - clamp(distance / reach, 0, 1);
    if (near === 0) return;
    // A mean along the border: the hold must not jump where the person begins.
    let person = 0;
    for (let k = -4; k <= 4; k++) person += side === 0 ? personAt(x + (k * reach) / 4, 0) : personAt(side === 1 ? 0 : width - 1, y + (k * reach) / 4);
    out[to + side] = near * Math.min(1, person / 3);
  });
}

function gridTriangles(columns: number, rows: number): Uint32Array {
  const out = new Uint32Array((columns - 1) * (rows - 1) * 6);
  let to = 0;
  for (let row = 0; row < rows - 1; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const a = row * columns + column;
      // Alternating diagonals: no direction is favoured.
      if ((row + column) % 2 === 0) out.set([a, a + columns, a + 1, a + 1, a + columns, a + columns + 1], to);
      else out.set([a, a + columns, a + columns + 1, a, a + columns + 1, a + 1], to);
      to += 6;
    }
  }
  return out;
}

/** Depth of each node: the rig's skin where the head is, falling off beyond its silhouette (hair lies about as deep as the skull's edge). */
function setDepths(head: Head, rest: Float32Array, columns: number, rows: number, x0: number, y0: number, step: number): void {
  const { rig } = head;
  const target = createTarget(0);
  clearTarget(target, columns, rows);
  const skin: number[] = [];
  for (let t = 0; t < rig.triangleCount; t++) {
    if (rig.parts[t] === part.skin) skin.push(rig.triangles[t * 3], rig.triangles[t * 3 + 1], rig.triangles[t * 3 + 2]);
  }
  const mesh = { positions: head.rest, attributes: new Float32Array(0), triangles: Uint32Array.from(skin), codes: new Uint8Array(skin.length / 3).fill(1) };
  drawMesh(target, mesh, { x: x0 - step / 2, y: y0 - step / 2, scale: 1 / step }, 'front');
  const known: number[] = [];
  for (let i = 0; i < columns * rows; i++) {
    if (!target.codes[i]) continue;
    known.push(i);
    rest[i * 3 + 2] = target.depth[i];
  }
  for (let i = 0; i < columns * rows; i++) {
    if (target.codes[i]) continue;
    // A mean of the known nodes, by far the most of the nearest: smooth along the silhouette.
    let sum = 0;
    let weights = 0;
    let nearest = Number.POSITIVE_INFINITY;
    for (const j of known) {
      const squared = (rest[i * 3] - rest[j * 3]) ** 2 + (rest[i * 3 + 1] - rest[j * 3 + 1]) ** 2;
      const weight = 1 / (squared * squared + 1);
      sum += weight * rest[j * 3 + 2];
      weights += weight;
      nearest = Math.min(nearest, squared);
    }
    rest[i * 3 + 2] = weights > 0 ? sum / weights - 0.5 * Math.min(Math.sqrt(nearest), 0.3 * head.faceHeight) : 0;
  }
}

/** [n] pixels from each node to the face's edge, negative inside; [n, 2] unit vectors away from the face's middle. */
function measureOutside(face: Face, centre: readonly [number, number], rest: Float32Array, n: number): { outside: Float32Array; outward: Float32Array } {
  const outside = new Float32Array(n);
  const outward = new Float32Array(n * 2);
  for (let i = 0; i < n; i++) {
    const [x, y] = [rest[i * 3], rest[i * 3 + 1]];
    outside[i] = -signedDistance(face.hull, x, y);
    const length = Math.hypot(x - centre[0], y - centre[1]) || 1;
    outward.set([(x - centre[0]) / length, (y - centre[1]) / length], i * 2);
  }
  return { outside, outward };
}

/**
 * The nodes' depths, eased outside the face: from its edge they fall off no faster than `fall`, and they are smoothed, the more the farther out:
 * a jump (jaw to neck) would tear the jaw line, and a hat that follows the bald skull beneath would bend.
 */
function easeDepths(head: Head, outside: Float32Array, rest: Float32Array, columns: number, rows: number, step: number, fall: number): Float32Array {
  const n = columns * rows;
  const fh = head.faceHeight;
  const out = Float32Array.from({ length: n }, (_, i) => rest[i * 3 + 2]);
  // Largest of depth - fall · distance over all nodes, by two chamfer passes (Borgefors 1986).
  const raise = (i: number, neighbour: number, cells: number): void => {
    out[i] = Math.max(out[i], out[neighbour] - fall * cells * step);
  };
  for (const direction of [1, -1]) {
    for (let k = 0; k < n; k++) {
      const i = direction > 0 ? k : n - 1 - k;
      const [row, column] = [Math.floor(i / columns), i % columns];
      if (outside[i] < -steepBand * fh || row === 0 || row === rows - 1 || column === 0 || column === columns - 1) continue;
      raise(i, i - direction, 1);
      raise(i, i - direction * columns, 1);
      raise(i, i - direction * (columns - 1), Math.SQRT2);
      raise(i, i - direction * (columns + 1), Math.SQRT2);
    }
  }
  const depths = new Float32Array(n);
  for (let pass = 0; pass < smoothingPasses; pass++) {
    depths.set(out);
    for (let row = 1; row < rows - 1; row++) {
      for (let column = 1; column < columns - 1; column++) {
        const i = row * columns + column;
        if (outside[i] < -edgeBand * fh) continue;
        const share = pass < edgePasses ? 0.5 : 0.5 * smoothStep(0.02 * fh, 0.3 * fh, outside[i]);
        out[i] = (1 - share) * depths[i] + 0.25 * share * (depths[i - 1] + depths[i + 1] + depths[i - columns] + depths[i + columns]);
      }
    }
  }
  return out;
}

/**
 * Moves the nodes of `mesh` as the face's displacements [V, 3] and the head move them. A node's depth depends on the side: where the turn opens the grid
 * (outward nodes are carried outward) it is the flatter one. The choice goes with the direction alone, the shift with the turn's size: no jump at rest.
 */
export function moveGrid(grid: Grid, displacements: Float32Array, move: HeadMove): void {
  const { rest, openingDepth, outward, headWeight, holds, anchors, anchorWeights, mesh } = grid;
  const { positions } = mesh;
  const { rotation: r } = move;
  // A point nearer by one pixel goes this way.
  const size = Math.hypot(r[2], r[5]) || 1;
  const nearX = r[2] / size;
  const nearY = -r[5] / size;
  for (let i = 0; i < headWeight.length; i++) {
    let dx = 0;
    let dy = 0;
    let dz = 0;
    for (let k = i * neighbours; k < (i + 1) * neighbours; k++) {
      const weight = anchorWeights[k];
      if (weight === 0) continue;
      const from = anchors[k] * 3;
      dx += weight * displacements[from];
      dy += weight * displacements[from + 1];
      dz += weight * displacements[from + 2];
    }
    const at = i * 3;
    const x = rest[at] + dx;
    const y = rest[at + 1] + dy;
    const h = headWeight[i];
    if (h === 0) {
      positions[at] = x;
      positions[at + 1] = y;
      continue;
    }
    const open = 0.5 - 0.5 * (nearX * outward[i * 2] + nearY * outward[i * 2 + 1]);
    const z = rest[at + 2] + dz + open * open * (3 - 2 * open) * openingDepth[i];
    movePoint(move, x, y, z, positions, at);
    const mx = (positions[at] - x) * h;
    const my = (positions[at + 1] - y) * h;
    positions[at] = x + mx * (1 - holds[mx > 0 ? at + 1 : at + 2]);
    positions[at + 1] = y + (my > 0 ? my * (1 - holds[at]) : my);
    positions[at + 2] = z + (positions[at + 2] - z) * h;
  }
  unfold(grid);
}

/** Cells are pressed to this share of their size at most: ears across, the neck down. */
const leastCell = { across: 0.25, down: 0.4 };

/** Pushes nodes outward, from the face's middle on, where those nearer to it have come too close: a chin that comes down presses the neck and does not fold it. */
function unfold({ mesh, columns, rows, step, middle, isInside }: Grid): void {
  const { positions } = mesh;
  const across = leastCell.across * step;
  const down = leastCell.down * step;
  for (let row = middle.row + 1; row < rows; row++) {
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const bound = positions[(i - columns) * 3 + 1] + down;
      if (!isInside[i] && positions[i * 3 + 1] < bound) positions[i * 3 + 1] = bound;
    }
  }
  for (let row = middle.row - 1; row >= 0; row--) {
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      const bound = positions[(i + columns) * 3 + 1] - down;
      if (!isInside[i] && positions[i * 3 + 1] > bound) positions[i * 3 + 1] = bound;
    }
  }
  for (let row = 0; row < rows; row++) {
    for (let i = row * columns + middle.column + 1; i < (row + 1) * columns; i++) {
      const bound = positions[(i - 1) * 3] + across;
      if (!isInside[i] && positions[i * 3] < bound) positions[i * 3] = bound;
    }
    for (let i = row * columns + middle.column - 1; i >= row * columns; i--) {
      const bound = positions[(i + 1) * 3] - across;
      if (!isInside[i] && positions[i * 3] > bound) positions[i * 3] = bound;
    }
  }
}

/** Which face vertices carry each node: the nearest ones inside the face; outside, points along its edge, less and less with the distance. */
function anchorNodes(head: Head, face: Face, rest: Float32Array, n: number): { anchors: Uint32Array; anchorWeights: Float32Array } {
  const fh = head.faceHeight;
  const carriers = Array.from(face.vertices).filter((v) => !head.rig.hiddenLip[v] && face.mesh.attributes[v * 4 + 3] > 0.02);
  const rim = rimOf(head, face, carriers);
  const anchors = new Uint32Array(n * neighbours);
  const anchorWeights = new Float32Array(n * neighbours);
  const squared = new Float64Array(neighbours);
  for (let i = 0; i < n; i++) {
    const x = rest[i * 3];
    const y = rest[i * 3 + 1];
    const outside = Math.max(0, -signedDistance(face.hull, x, y));
    const decay = clamp(1 - outside / (expressionReach * fh), 0, 1) ** 1.6;
    if (decay <= 0) continue;
    const chosen = anchors.subarray(i * neighbours, (i + 1) * neighbours);
    nearestPoints(head.rest, outside > 0 ? rim : carriers, x, y, chosen, squared);
    let sum = 0;
    for (let k = 0; k < neighbours; k++) sum += 1 / (squared[k] + 1);
    for (let k = 0; k < neighbours; k++) anchorWeights[i * neighbours + k] = decay / (squared[k] + 1) / sum;
  }
  return { anchors, anchorWeights };
}

/** About 48 carriers evenly along the face's edge. */
function rimOf(head: Head, face: Face, carriers: readonly number[]): number[] {
  const { hull } = face;
  const closed = [...hull, hull[0], hull[1]];
  const at = chainParameters(closed);
  const rim = new Set<number>();
  for (let k = 0; k < 48; k++) {
    const [x, y] = [0, 1].map((axis) => interpolate(at, closed, k / 48, 2, axis));
    let best = Number.POSITIVE_INFINITY;
    let found = carriers[0];
    for (const v of carriers) {
      const squared = (head.rest[v * 3] - x) ** 2 + (head.rest[v * 3 + 1] - y) ** 2;
      if (squared < best) {
        best = squared;
        found = v;
      }
    }
    rim.add(found);
  }
  return [...rim];
}

/** The `neighbours` carriers nearest to (x, y) into `chosen`, and their squared distances. */
function nearestPoints(positions: Float32Array, carriers: readonly number[], x: number, y: number, chosen: Uint32Array, squared: Float64Array): void {
  squared.fill(Number.POSITIVE_INFINITY);
  for (const vertex of carriers) {
    const distance = (positions[vertex * 3] - x) ** 2 + (positions[vertex * 3 + 1] - y) ** 2;
    if (distance >= squared[neighbours - 1]) continue;
    let k = neighbours - 1;
    while (k > 0 && squared[k - 1] > distance) {
      squared[k] = squared[k - 1];
      chosen[k] = chosen[k - 1];
      k--;
    }
    squared[k] = distance;
    chosen[k] = vertex;
  }
}
