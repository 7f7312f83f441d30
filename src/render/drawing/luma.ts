/** Luma of sRGB colours as they are coded, 0..255 (ITU-R BT.601-7, section 2.5.1). */

/** Of the red, green and blue that stand at `at` in `values`. */
export function lumaOf(values: ArrayLike<number>, at = 0): number {
  return 0.299 * values[at] + 0.587 * values[at + 1] + 0.114 * values[at + 2];
}

/** Of three planes of red, green and blue. */
export function lumaPlane([red, green, blue]: readonly Float32Array[]): Float32Array {
  return red.map((value, i) => 0.299 * value + 0.587 * green[i] + 0.114 * blue[i]);
}
