// AssemblyScript. Step 6: joins the two maps and samples the picture through them; src/render/drawing/surface.ts says what the arrays are.
import { foldAt, foldTint } from './crease';
import { sampleAt } from './sample';

/** Shifts below this (pixels) leave a pixel as it is. */
const stillShift: f32 = 0.004;
const stillShade: f32 = 0.001;
const leastChange = f32x4(stillShift, stillShift, stillShade, stillShade);

/**
 * Draws the pixels of the box x0..x1, y0..y1 that move into out [height, width, 3] u8. Maps over the box: surroundings [2] f32 (source x, y), face [4] f32
 * (source x, y, brightness, weight), each with codes u8. plate [height, width, 3] u8 and tiles [rows, columns] u8, or 0 where there is none.
 * alpha [height, width] u8 takes the texture's fourth channel, or 0.
 */
export function drawSurface(
  out: usize, texture: usize, width: i32, height: i32,
  surroundings: usize, surroundingsCodes: usize, face: usize, faceCodes: usize,
  x0: i32, y0: i32, x1: i32, y1: i32,
  plate: usize, tiles: usize, tileShift: i32, tileColumns: i32, alpha: usize,
): void {
  const boxWidth = x1 - x0;
  const right = f32x4(1, 0, 0, 0);
  for (let y = y0; y < y1; y++) {
    let i = <usize>((y - y0) * boxWidth);
    let to = out + <usize>(y * width + x0) * 3;
    // Of a pixel that stays: place, brightness and folds 1.
    let still = f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(1), 0, <f32>x0 + 0.5), 1, <f32>y + 0.5);
    for (let x = x0; x < x1; x++, i++, to += 3, still = f32x4.add(still, right)) {
      let place = still;
      if (load<u8>(surroundingsCodes + i)) place = v128.load64_lane(surroundings + (i << 3), still, 0);
      if (load<u8>(faceCodes + i)) {
        const own = v128.load(face + (i << 4));
        place = f32x4.add(place, f32x4.mul(f32x4.sub(own, place), v128.shuffle<i32>(own, own, 3, 3, 3, 3)));
      }
      const fold = foldAt(place);
      place = f32x4.replace_lane(place, 3, fold);
      if (i32x4.all_true(f32x4.lt(f32x4.abs(f32x4.sub(place, still)), leastChange))) continue;
      const pixel = plate + (to - out);
      if (plate) {
        const u = f32x4.extract_lane(place, 0);
        const v = f32x4.extract_lane(place, 1);
        if (u >= 0 && v >= 0 && u < <f32>width && v < <f32>height && load<u8>(tiles + <usize>((<i32>v >> tileShift) * tileColumns + (<i32>u >> tileShift)))) {
          store<u16>(to, load<u16>(pixel));
          store<u8>(to, load<u8>(pixel, 2), 2);
          continue;
        }
      }
      const sample = sampleAt(texture, width, height, place);
      let colour = f32x4.mul(sample, v128.shuffle<i32>(place, place, 2, 2, 2, 2));
      if (fold != 1) colour = f32x4.mul(colour, foldTint(fold));
      if (plate) {
        const behind = f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixel))));
        colour = f32x4.add(colour, f32x4.mul(behind, f32x4.mul(v128.shuffle<i32>(sample, sample, 3, 3, 3, 3), f32x4.splat(1.0 / 255.0))));
      }
      // Nearest whole level; narrowing saturates to 0..255.
      const whole = i32x4.trunc_sat_f32x4_s(f32x4.floor(f32x4.add(colour, f32x4.splat(0.5))));
      const words = i16x8.narrow_i32x4_s(whole, whole);
      const level = i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0);
      store<u16>(to, <u16>level);
      store<u8>(to, <u8>(level >> 16), 2);
      if (alpha) {
        // Above and beside the picture there is nobody; below it the body goes on.
        const u = f32x4.extract_lane(place, 0);
        const inside = max<f32>(0, min<f32>(1, min<f32>(min<f32>(u, <f32>width - u), f32x4.extract_lane(place, 1)) + 1));
        store<u8>(alpha + <usize>(y * width + x), <u8>max<f32>(0, min<f32>(255, floor<f32>(f32x4.extract_lane(sample, 3) * inside + 0.5))));
      }
    }
  }
}
