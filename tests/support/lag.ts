/** How far one recording lies behind another. */

/**
 * The shift, in samples, at which `recording` matches `reference` best: positive when the recording is late. Normalised cross-correlation over `length`
 * samples of the reference from `from` on, shifts up to `reach` either way. `score` is 1 for an exact copy.
 */
export function findLag(reference: Float32Array, recording: Float32Array, where: { from: number; length: number; reach: number }): { lag: number; score: number } {
  const { from, length, reach } = where;
  const wanted = reference.subarray(from, from + length);
  let best = { lag: 0, score: -1 };
  for (let lag = -reach; lag <= reach; lag++) {
    const start = from + lag;
    if (start < 0 || start + length > recording.length) continue;
    let product = 0;
    let power = 0;
    for (let index = 0; index < length; index++) {
      const value = recording[start + index];
      product += wanted[index] * value;
      power += value * value;
    }
    const score = power > 0 ? product / Math.sqrt(power) : 0;
    if (score > best.score) best = { lag, score };
  }
  const norm = Math.sqrt(wanted.reduce((sum, value) => sum + value * value, 0));
  return { lag: best.lag, score: best.score / norm };
}
