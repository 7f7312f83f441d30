// AssemblyScript. Step 6: a z-buffered triangle rasteriser; src/render/drawing/raster.ts says what the arrays are. Pointers are byte addresses.

/** Pixels whose centre lies this far outside an edge (barycentric) still count, so that neighbours leave no gap. */
const edgeSlack: f64 = 1e-6;

/** Forgets what was drawn: depth [size] f32 and codes [size] u8. */
export function clearTarget(depth: usize, codes: usize, size: i32): void {
  const far = f32x4.splat(-f32.MAX_VALUE);
  const end = depth + (<usize>size << 2);
  let at = depth;
  for (; at + 16 <= end; at += 16) v128.store(at, far);
  for (; at < end; at += 4) store<f32>(at, -f32.MAX_VALUE);
  memory.fill(codes, 0, size);
}

@inline function x(positions: usize, i: u32): f64 { return <f64>load<f32>(positions + <usize>i * 12); }
@inline function y(positions: usize, i: u32): f64 { return <f64>load<f32>(positions + <usize>i * 12, 4); }
@inline function z(positions: usize, i: u32): f64 { return <f64>load<f32>(positions + <usize>i * 12, 8); }

/** The attributes of vertex i where there are two or four: the fast ways below. */
@inline function attributesOf(attributes: usize, i: u32, channels: i32): v128 {
  const at = attributes + <usize>(i * channels << 2);
  if (channels == 4) return v128.load(at);
  if (channels == 2) return v128.load64_zero(at);
  return f32x4.splat(0);
}

/** Pixels k = 0 .. span - 1 of one row: depth near + k · zStep, attributes value + k · step. channels: 2 or 4, a constant where this is called, so that the choice costs nothing. */
@inline function drawVectors(depth: usize, values: usize, seen: usize, span: i32, code: u8, near: f32, zStep: f32, value: v128, step: v128, channels: i32): void {
  let k: f32 = 0;
  for (let i: usize = 0; i < <usize>span; i++, k += 1) {
    const z = near + k * zStep;
    if (z < load<f32>(depth + (i << 2))) continue;
    store<f32>(depth + (i << 2), z);
    store<u8>(seen + i, code);
    const here = f32x4.add(value, f32x4.mul(f32x4.splat(k), step));
    if (channels == 4) v128.store(values + (i << 4), here);
    else v128.store64_lane(values + (i << 3), here, 0);
  }
}

/** Values and steps of up to 16 attributes along one row, f32. */
const rowValues: usize = memory.data(64, 16);
const rowSteps: usize = memory.data(64, 16);

/** As drawVectors, with any number of attributes: rowValues + k · rowSteps. */
function drawSpan(depth: usize, values: usize, seen: usize, span: i32, code: u8, near: f32, zStep: f32, channels: i32): void {
  let k: f32 = 0;
  for (let i: usize = 0; i < <usize>span; i++, k += 1) {
    const z = near + k * zStep;
    if (z < load<f32>(depth + (i << 2))) continue;
    store<f32>(depth + (i << 2), z);
    store<u8>(seen + i, code);
    let target = values + i * (<usize>channels << 2);
    for (let c: usize = 0; c < <usize>channels << 2; c += 4) store<f32>(target + c, load<f32>(rowValues + c) + k * load<f32>(rowSteps + c));
  }
}

/** Fills rowValues and rowSteps for barycentrics b1, b2 at the row's first pixel and their slopes along x. */
function setRow(attributes: usize, i0: u32, i1: u32, i2: u32, channels: i32, b1: f64, b2: f64, b1x: f64, b2x: f64): void {
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const base = <f64>load<f32>(attributes + (<usize>(i0 * channels) << 2) + at);
    const slope1 = <f64>load<f32>(attributes + (<usize>(i1 * channels) << 2) + at) - base;
    const slope2 = <f64>load<f32>(attributes + (<usize>(i2 * channels) << 2) + at) - base;
    store<f32>(rowValues + at, <f32>(base + b1 * slope1 + b2 * slope2));
    store<f32>(rowSteps + at, <f32>(b1x * slope1 + b2x * slope2));
  }
}

/**
 * Draws triangles [count, 3] u32 of positions [V, 3] f32 and attributes [V, channels] f32, seen at (pixel - origin) · scale, into depth, values [size, channels] f32
 * and seen (codes) u8 of width x height pixels. A pixel is covered when its centre is inside; the nearer triangle wins, the later one on a tie.
 * frontOnly keeps triangles whose corners run counter-clockwise seen with y up. channels: 0 to 16.
 */
export function drawMesh(
  positions: usize, attributes: usize, triangles: usize, codes: usize, count: i32,
  depth: usize, values: usize, seen: usize, width: i32, height: i32, channels: i32,
  originX: f64, originY: f64, scale: f64, frontOnly: i32,
): void {
  const stride = <usize>channels << 2;
  for (let t = 0; t < count; t++) {
    const corner = triangles + <usize>t * 12;
    const i0 = load<u32>(corner);
    const i1 = load<u32>(corner, 4);
    const i2 = load<u32>(corner, 8);
    const x0 = (x(positions, i0) - originX) * scale;
    const y0 = (y(positions, i0) - originY) * scale;
    const x1 = (x(positions, i1) - originX) * scale;
    const y1 = (y(positions, i1) - originY) * scale;
    const x2 = (x(positions, i2) - originX) * scale;
    const y2 = (y(positions, i2) - originY) * scale;
    const xLow = min(x0, min(x1, x2));
    const xHigh = max(x0, max(x1, x2));
    const yLow = min(y0, min(y1, y2));
    const yHigh = max(y0, max(y1, y2));
    // Not-a-number fails here too.
    if (!(xHigh > 0 && yHigh > 0 && xLow < <f64>width && yLow < <f64>height)) continue;
    const det = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (frontOnly ? !(det < -1e-9) : !(abs(det) > 1e-9)) continue;
    // Barycentric k at (x, y): bk = bk0 + bkx * x + bky * y.
    const inverse = 1 / det;
    const b1x = (y2 - y0) * inverse;
    const b1y = -(x2 - x0) * inverse;
    const b1c = -(b1x * x0 + b1y * y0);
    const b2x = -(y1 - y0) * inverse;
    const b2y = (x1 - x0) * inverse;
    const b2c = -(b2x * x0 + b2y * y0);
    const b0x = -b1x - b2x;
    const yStart = <i32>max(0, ceil(yLow - 0.5 - 1e-5));
    const yEnd = <i32>min(<f64>(height - 1), floor(yHigh - 0.5 + 1e-5));
    const xFirst = max(0, ceil(xLow - 0.5 - 1e-5));
    const xLast = min(<f64>(width - 1), floor(xHigh - 0.5 + 1e-5));
    if (yEnd < yStart || xLast < xFirst) continue;
    const z0 = z(positions, i0);
    const dz1 = z(positions, i1) - z0;
    const dz2 = z(positions, i2) - z0;
    const base = attributesOf(attributes, i0, channels);
    const slope1 = f32x4.sub(attributesOf(attributes, i1, channels), base);
    const slope2 = f32x4.sub(attributesOf(attributes, i2, channels), base);
    const step = f32x4.add(f32x4.mul(f32x4.splat(<f32>b1x), slope1), f32x4.mul(f32x4.splat(<f32>b2x), slope2));
    const zStep = <f32>(b1x * dz1 + b2x * dz2);
    const code = load<u8>(codes + t);
    for (let row = yStart; row <= yEnd; row++) {
      const py = <f64>row + 0.5;
      const b1Row = b1c + b1y * py;
      const b2Row = b2c + b2y * py;
      const b0Row = 1 - b1Row - b2Row;
      // The span where all three barycentrics are at least -edgeSlack.
      let from = xFirst + 0.5;
      let to = xLast + 0.5;
      if (b1x > 1e-12) from = max(from, (-edgeSlack - b1Row) / b1x);
      else if (b1x < -1e-12) to = min(to, (-edgeSlack - b1Row) / b1x);
      else if (b1Row < -edgeSlack) continue;
      if (b2x > 1e-12) from = max(from, (-edgeSlack - b2Row) / b2x);
      else if (b2x < -1e-12) to = min(to, (-edgeSlack - b2Row) / b2x);
      else if (b2Row < -edgeSlack) continue;
      if (b0x > 1e-12) from = max(from, (-edgeSlack - b0Row) / b0x);
      else if (b0x < -1e-12) to = min(to, (-edgeSlack - b0Row) / b0x);
      else if (b0Row < -edgeSlack) continue;
      const start = <i32>ceil(from - 0.5);
      const end = <i32>floor(to - 0.5);
      const b1 = b1Row + b1x * (<f64>start + 0.5);
      const b2 = b2Row + b2x * (<f64>start + 0.5);
      const value = f32x4.add(base, f32x4.add(f32x4.mul(f32x4.splat(<f32>b1), slope1), f32x4.mul(f32x4.splat(<f32>b2), slope2)));
      const near = <f32>(z0 + b1 * dz1 + b2 * dz2);
      const first = <usize>row * <usize>width + <usize>start;
      const span = end - start + 1;
      if (span <= 0) continue;
      if (channels == 2) drawVectors(depth + (first << 2), values + (first << 3), seen + first, span, code, near, zStep, value, step, 2);
      else if (channels == 4) drawVectors(depth + (first << 2), values + (first << 4), seen + first, span, code, near, zStep, value, step, 4);
      else {
        setRow(attributes, i0, i1, i2, channels, b1, b2, b1x, b2x);
        drawSpan(depth + (first << 2), values + first * stride, seen + first, span, code, near, zStep, channels);
      }
    }
  }
}
