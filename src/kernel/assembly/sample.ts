// AssemblyScript. Cubic sampling (Keys 1981, cubic convolution) of a texture [height, width, 4] i16, in fixed point.

/** Sub-pixel places; whole pixels are among them, so they come back exactly. */
const phaseBits: i32 = 10;
const phases: i32 = 1 << phaseBits;
/** Weights are whole multiples of 1 / unit and sum to 1. */
const unit: f64 = 8192;
/** Sharper than Catmull-Rom's -0.5, softer than OpenCV's -0.75. As in src/render/drawing/texture.ts. */
const slope: f64 = -0.65;

/** Per phase four i16 weights along x, and four f32 ones along y (over unit and the texture's scale). */
const across: usize = memory.data(1024 * 8, 16);
const along: usize = memory.data(1024 * 16, 16);

/** Fills the tables. textureScale: fixed-point units of one grey level. */
export function prepareSampling(textureScale: f64): void {
  for (let phase = 0; phase < phases; phase++) {
    const t = <f64>phase / <f64>phases;
    const s = 1 - t;
    const w0 = slope * t * s * s;
    const w1 = ((slope + 2) * t - (slope + 3)) * t * t + 1;
    const w3 = slope * s * t * t;
    const q0 = <i32>nearest(w0 * unit);
    const q1 = <i32>nearest(w1 * unit);
    const q3 = <i32>nearest(w3 * unit);
    const to = across + (<usize>phase << 3);
    store<i16>(to, <i16>q0);
    store<i16>(to, <i16>q1, 2);
    store<i16>(to, <i16>(<i32>unit - q0 - q1 - q3), 4);
    store<i16>(to, <i16>q3, 6);
    const over = along + (<usize>phase << 4);
    const share = 1 / (unit * textureScale);
    store<f32>(over, <f32>(w0 * share));
    store<f32>(over, <f32>(w1 * share), 4);
    store<f32>(over, <f32>((1 - w0 - w1 - w3) * share), 8);
    store<f32>(over, <f32>(w3 * share), 12);
  }
}

/** One row of four pixels at `from` under weights (w0, w1) and (w2, w3): sums of the four channels. */
@inline function rowSum(from: usize, first: v128, second: v128): v128 {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  // r0 r1 g0 g1 ... : neighbours side by side for the pairwise product.
  const left = v128.shuffle<i16>(a, a, 0, 4, 1, 5, 2, 6, 3, 7);
  const right = v128.shuffle<i16>(b, b, 0, 4, 1, 5, 2, 6, 3, 7);
  return f32x4.convert_i32x4_s(i32x4.add(i32x4.dot_i16x8_s(left, first), i32x4.dot_i16x8_s(right, second)));
}

@inline function mirrored(index: i32, size: i32): i32 {
  if (index < 0) return min(size - 1, -1 - index);
  if (index >= size) return max(0, 2 * size - 1 - index);
  return index;
}

const edge: usize = memory.data(4 * 32, 16);

/**
 * Colour in grey levels, four channels, at the picture coordinates in the first two lanes of `place`: pixel i covers i to i + 1; outside, the picture is mirrored.
 */
@inline export function sampleAt(texture: usize, width: i32, height: i32, place: v128): v128 {
  const fixed = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.sub(f32x4.mul(place, f32x4.splat(<f32>phases)), f32x4.splat(<f32>(phases >> 1)))));
  const fx = i32x4.extract_lane(fixed, 0);
  const fy = i32x4.extract_lane(fixed, 1);
  const ix = fx >> phaseBits;
  const iy = fy >> phaseBits;
  const weights = across + (<usize>(fx & (phases - 1)) << 3);
  const first = v128.load32_splat(weights);
  const second = v128.load32_splat(weights, 4);
  const over = along + (<usize>(fy & (phases - 1)) << 4);
  let from: usize;
  let stride: usize;
  if (ix >= 1 && iy >= 1 && ix < width - 2 && iy < height - 2) {
    stride = <usize>width << 3;
    from = texture + (<usize>(iy - 1) * <usize>width + <usize>(ix - 1) << 3);
  } else {
    stride = 32;
    from = edge;
    for (let row = 0; row < 4; row++) {
      const line = <usize>mirrored(iy - 1 + row, height) * <usize>width;
      for (let column = 0; column < 4; column++) {
        store<u64>(edge + (<usize>row << 5) + (<usize>column << 3), load<u64>(texture + (line + <usize>mirrored(ix - 1 + column, width) << 3)));
      }
    }
  }
  let sum = f32x4.mul(rowSum(from, first, second), v128.load32_splat(over));
  sum = f32x4.add(sum, f32x4.mul(rowSum(from + stride, first, second), v128.load32_splat(over, 4)));
  sum = f32x4.add(sum, f32x4.mul(rowSum(from + 2 * stride, first, second), v128.load32_splat(over, 8)));
  return f32x4.add(sum, f32x4.mul(rowSum(from + 3 * stride, first, second), v128.load32_splat(over, 12)));
}
