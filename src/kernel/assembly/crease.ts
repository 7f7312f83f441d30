// AssemblyScript. Folds of the skin: changes of brightness on the picture, read between their cells. src/render/skin/creases.ts makes them.
let change: usize = 0;
let columns: usize = 0;
/** Place (lanes 0, 1) to cells: times one, plus the other; and the cells that can be read between */
let cellsPerPixel: v128 = f32x4.splat(1);
let offset: v128 = f32x4.splat(0);
let first: v128 = f32x4.splat(0);
let last: v128 = f32x4.splat(0);
/** Shares of a fold that red, green and blue take */
let tint: v128 = f32x4.splat(1);

/**
 * changes [rows, columns] f32, 0 for none; their top left corner in the picture, pixels; the box of cells x0..x1, y0..y1 that holds all that are not 0.
 * redder: 0 in a picture of one tone, 1 on skin, whose shade is red.
 */
export function prepareCreases(changes: usize, columnCount: i32, cornerX: f32, cornerY: f32, cells: f32, x0: i32, y0: i32, x1: i32, y1: i32, redder: f32): void {
  change = changes;
  columns = columnCount;
  cellsPerPixel = f32x4.splat(cells);
  offset = f32x4(-cornerX * cells - 0.5, -cornerY * cells - 0.5, 0, 0);
  first = f32x4(<f32>x0, <f32>y0, -f32.MAX_VALUE, -f32.MAX_VALUE);
  last = f32x4(<f32>(x1 - 1), <f32>(y1 - 1), f32.MAX_VALUE, f32.MAX_VALUE);
  tint = f32x4(1 - 0.3 * redder, 1 + 0.08 * redder, 1 + 0.2 * redder, 1);
}

/** Brightness of the folds at a place (lanes 0, 1); 1 without. */
@inline export function foldAt(place: v128): f32 {
  if (!change) return 1;
  const cell = f32x4.add(f32x4.mul(place, cellsPerPixel), offset);
  if (!i32x4.all_true(v128.and(f32x4.ge(cell, first), f32x4.lt(cell, last)))) return 1;
  const whole = i32x4.trunc_sat_f32x4_s(cell);
  const at = change + ((<usize>i32x4.extract_lane(whole, 1) * columns + <usize>i32x4.extract_lane(whole, 0)) << 2);
  const upper = v128.load64_zero(at);
  const lower = v128.load64_zero(at + (columns << 2));
  if (!v128.any_true(v128.or(upper, lower))) return 1;
  const part = f32x4.sub(cell, f32x4.convert_i32x4_s(whole));
  const side = f32x4.add(upper, f32x4.mul(f32x4.sub(lower, upper), v128.shuffle<i32>(part, part, 1, 1, 1, 1)));
  const left = f32x4.extract_lane(side, 0);
  const sum = left + (f32x4.extract_lane(side, 1) - left) * f32x4.extract_lane(part, 0);
  return 1 + sum + 0.5 * sum * sum; // exp to second order
}

/** A colour's share that a fold leaves. */
@inline export function foldTint(fold: f32): v128 {
  return f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(fold - 1), tint));
}
