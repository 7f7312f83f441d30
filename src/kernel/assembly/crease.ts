// AssemblyScript. Folds of the skin: changes of brightness on the picture, read between their cells. src/render/creases.ts makes them.
let change: usize = 0;
let columns: i32 = 0;
let rows: i32 = 0;
let left: f32 = 0;
let top: f32 = 0;
let cellsPerPixel: f32 = 1;
/** Shares of a fold that red, green and blue take */
let tint: v128 = f32x4.splat(1);

/** changes [rows, columns] f32, 0 for none; their top left corner in the picture, pixels. redder: 0 in a picture of one tone, 1 on skin, whose shade is red. */
export function prepareCreases(changes: usize, columnCount: i32, rowCount: i32, cornerX: f32, cornerY: f32, cells: f32, redder: f32): void {
  change = changes;
  columns = columnCount;
  rows = rowCount;
  left = cornerX;
  top = cornerY;
  cellsPerPixel = cells;
  tint = f32x4.replace_lane(f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(1), 0, 1 - 0.3 * redder), 1, 1 + 0.08 * redder), 2, 1 + 0.2 * redder);
}

/** Brightness of the folds at a place (lanes 0, 1); 1 without. */
@inline export function foldAt(place: v128): f32 {
  if (!change) return 1;
  const x = (f32x4.extract_lane(place, 0) - left) * cellsPerPixel - 0.5;
  const y = (f32x4.extract_lane(place, 1) - top) * cellsPerPixel - 0.5;
  if (!(x >= 0 && y >= 0 && x < <f32>(columns - 1) && y < <f32>(rows - 1))) return 1;
  const column = <i32>x;
  const row = <i32>y;
  const upper = v128.load64_zero(change + ((row * columns + column) << 2));
  const lower = v128.load64_zero(change + (((row + 1) * columns + column) << 2));
  if (!v128.any_true(v128.or(upper, lower))) return 1;
  const side = f32x4.add(upper, f32x4.mul(f32x4.sub(lower, upper), f32x4.splat(y - <f32>row)));
  const first = f32x4.extract_lane(side, 0);
  const sum = first + (f32x4.extract_lane(side, 1) - first) * (x - <f32>column);
  return 1 + sum + 0.5 * sum * sum; // exp to second order
}

/** A colour's share that a fold leaves. */
@inline export function foldTint(fold: f32): v128 {
  return f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(fold - 1), tint));
}
