/** Step 6: a z-buffered triangle rasteriser that writes interpolated attributes, for maps rather than colours. */

/** A picture of attributes. `width` and `height` may shrink and grow between uses; the arrays only grow. */
export interface RasterTarget {
  width: number;
  height: number;
  readonly channels: number;
  /** [height, width] larger is nearer; -Infinity where nothing was drawn */
  depth: Float32Array;
  /** [height, width, channels] */
  values: Float32Array;
  /** [height, width] code of the triangle seen, 0 where nothing was drawn */
  codes: Uint8Array;
  /** Per-triangle scratch: first corner's values, and their slopes along the barycentrics 1 and 2. */
  readonly scratch: Float64Array;
}

/** What to draw: vertices and attributes are shared by many draws. */
export interface Mesh {
  /** [V, 3] pixels x right, y down; z larger is nearer */
  positions: Float32Array;
  /** [V, channels] */
  attributes: Float32Array;
  /** [T, 3] */
  triangles: Uint32Array;
  /** [T] 1..255 */
  codes: Uint8Array;
}

/** The part of the picture that a target covers: target pixel = (picture pixel - origin) * scale. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

/** 'front' keeps triangles whose corners run counter-clockwise seen with y up. */
export type Facing = 'front' | 'both';

export function createTarget(channels: number): RasterTarget {
  return { width: 0, height: 0, channels, depth: new Float32Array(0), values: new Float32Array(0), codes: new Uint8Array(0), scratch: new Float64Array(3 * Math.max(4, channels)) };
}

/** Sizes the target and forgets what was drawn; attribute values stay undefined where nothing gets drawn. */
export function clearTarget(target: RasterTarget, width: number, height: number): void {
  const size = width * height;
  if (target.depth.length < size) {
    const capacity = Math.ceil(size * 1.25);
    target.depth = new Float32Array(capacity);
    target.values = new Float32Array(capacity * target.channels);
    target.codes = new Uint8Array(capacity);
  }
  target.width = width;
  target.height = height;
  target.depth.fill(Number.NEGATIVE_INFINITY, 0, size);
  target.codes.fill(0, 0, size);
}

/** Pixels whose centre lies this far outside an edge (barycentric) still count, so that neighbours leave no gap. */
const edgeSlack = 1e-6;

/** Draws all triangles of `mesh`. A pixel is covered when its centre is inside; the nearer triangle wins, the later one on a tie. */
export function drawMesh(target: RasterTarget, mesh: Mesh, view: View, facing: Facing): void {
  const { positions, attributes, triangles, codes } = mesh;
  const { width, height, channels, depth, values, codes: seen, scratch } = target;
  const { x: ox, y: oy, scale } = view;
  const count = codes.length;
  for (let t = 0; t < count; t++) {
    const i0 = triangles[t * 3];
    const i1 = triangles[t * 3 + 1];
    const i2 = triangles[t * 3 + 2];
    const x0 = (positions[i0 * 3] - ox) * scale;
    const y0 = (positions[i0 * 3 + 1] - oy) * scale;
    const x1 = (positions[i1 * 3] - ox) * scale;
    const y1 = (positions[i1 * 3 + 1] - oy) * scale;
    const x2 = (positions[i2 * 3] - ox) * scale;
    const y2 = (positions[i2 * 3 + 1] - oy) * scale;
    const yLow = y0 < y1 ? (y0 < y2 ? y0 : y2) : y1 < y2 ? y1 : y2;
    const yHigh = y0 > y1 ? (y0 > y2 ? y0 : y2) : y1 > y2 ? y1 : y2;
    const xLow = x0 < x1 ? (x0 < x2 ? x0 : x2) : x1 < x2 ? x1 : x2;
    const xHigh = x0 > x1 ? (x0 > x2 ? x0 : x2) : x1 > x2 ? x1 : x2;
    if (!(xHigh > 0 && yHigh > 0 && xLow < width && yLow < height)) continue;
    const det = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (facing === 'front' ? !(det < -1e-9) : !(Math.abs(det) > 1e-9)) continue;
    // Barycentric k at (x, y): bk = bk0 + bkx * x + bky * y.
    const inverse = 1 / det;
    const b1x = (y2 - y0) * inverse;
    const b1y = -(x2 - x0) * inverse;
    const b1c = -(b1x * x0 + b1y * y0);
    const b2x = -(y1 - y0) * inverse;
    const b2y = (x1 - x0) * inverse;
    const b2c = -(b2x * x0 + b2y * y0);
    const b0x = -b1x - b2x;
    const yStart = Math.max(0, Math.ceil(yLow - 0.5 - 1e-5));
    const yEnd = Math.min(height - 1, Math.floor(yHigh - 0.5 + 1e-5));
    const xFirst = Math.max(0, Math.ceil(xLow - 0.5 - 1e-5));
    const xLast = Math.min(width - 1, Math.floor(xHigh - 0.5 + 1e-5));
    if (yEnd < yStart || xLast < xFirst) continue;
    const z0 = positions[i0 * 3 + 2];
    const dz1 = positions[i1 * 3 + 2] - z0;
    const dz2 = positions[i2 * 3 + 2] - z0;
    for (let c = 0; c < channels; c++) {
      const value = attributes[i0 * channels + c];
      scratch[c * 3] = value;
      scratch[c * 3 + 1] = attributes[i1 * channels + c] - value;
      scratch[c * 3 + 2] = attributes[i2 * channels + c] - value;
    }
    const code = codes[t];
    // The common channel counts in plain variables: the loop below is the hottest of the renderer.
    const a0 = scratch[0];
    const a1 = scratch[1];
    const a2 = scratch[2];
    const c0 = scratch[3];
    const c1 = scratch[4];
    const c2 = scratch[5];
    const e0 = scratch[6];
    const e1 = scratch[7];
    const e2 = scratch[8];
    const f0 = scratch[9];
    const f1 = scratch[10];
    const f2 = scratch[11];
    for (let y = yStart; y <= yEnd; y++) {
      const py = y + 0.5;
      const b1Row = b1c + b1y * py;
      const b2Row = b2c + b2y * py;
      const b0Row = 1 - b1Row - b2Row;
      // The span where all three barycentrics are at least -edgeSlack.
      let from = xFirst + 0.5;
      let to = xLast + 0.5;
      if (b1x > 1e-12) from = Math.max(from, (-edgeSlack - b1Row) / b1x);
      else if (b1x < -1e-12) to = Math.min(to, (-edgeSlack - b1Row) / b1x);
      else if (b1Row < -edgeSlack) continue;
      if (b2x > 1e-12) from = Math.max(from, (-edgeSlack - b2Row) / b2x);
      else if (b2x < -1e-12) to = Math.min(to, (-edgeSlack - b2Row) / b2x);
      else if (b2Row < -edgeSlack) continue;
      if (b0x > 1e-12) from = Math.max(from, (-edgeSlack - b0Row) / b0x);
      else if (b0x < -1e-12) to = Math.min(to, (-edgeSlack - b0Row) / b0x);
      else if (b0Row < -edgeSlack) continue;
      const xStart = Math.ceil(from - 0.5);
      const xEnd = Math.floor(to - 0.5);
      for (let x = xStart; x <= xEnd; x++) {
        const px = x + 0.5;
        const b1 = b1Row + b1x * px;
        const b2 = b2Row + b2x * px;
        const z = z0 + b1 * dz1 + b2 * dz2;
        const pixel = y * width + x;
        if (z < depth[pixel]) continue;
        depth[pixel] = z;
        seen[pixel] = code;
        const start = pixel * channels;
        if (channels === 2) {
          values[start] = a0 + b1 * a1 + b2 * a2;
          values[start + 1] = c0 + b1 * c1 + b2 * c2;
          continue;
        }
        if (channels === 4) {
          values[start] = a0 + b1 * a1 + b2 * a2;
          values[start + 1] = c0 + b1 * c1 + b2 * c2;
          values[start + 2] = e0 + b1 * e1 + b2 * e2;
          values[start + 3] = f0 + b1 * f1 + b2 * f2;
          continue;
        }
        for (let c = 0; c < channels; c++) values[start + c] = scratch[c * 3] + b1 * scratch[c * 3 + 1] + b2 * scratch[c * 3 + 2];
      }
    }
  }
}
