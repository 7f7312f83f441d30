/** Sounds by formula, the same as in tests/fixtures/audio/make_golden.py, and tone measurements. Mono at 16 kHz unless a rate is given. */

/** A buzz with moving pitch and a pulsing level over a little noise, [samples]. */
export function makeVoice(durationSeconds: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: Math.round(durationSeconds * 16_000) }, (_, n) => {
    const t = n / 16_000;
    const phase = 2 * Math.PI * (120 * t + (20 / (2 * Math.PI * 0.7)) * (1 - Math.cos(2 * Math.PI * 0.7 * t)));
    let buzz = 0;
    for (let k = 1; k <= 20; k++) buzz += Math.sin(k * phase) / k;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.1 * buzz * Math.max(0, Math.sin(2 * Math.PI * 2.3 * t)) + 1e-3 * (state / 2 ** 31 - 1);
  });
}

/** A sine, [samples]. */
export function makeTone(hertz: number, durationSeconds: number, sampleRate = 16_000, amplitude = 0.5): Float32Array {
  return Float32Array.from({ length: Math.round(durationSeconds * sampleRate) }, (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / sampleRate));
}

/** Amplitude and phase (radians) of the `hertz` component over a whole recording, and the rms of all else. Least squares; edges should be cut off before. */
export function fitTone(samples: Float32Array, hertz: number, firstSample = 0, sampleRate = 16_000): { amplitude: number; phase: number; restRms: number } {
  let [ss, sc, cc, sx, cx] = [0, 0, 0, 0, 0];
  const angle = (n: number): number => (2 * Math.PI * hertz * (n + firstSample)) / sampleRate;
  samples.forEach((x, n) => {
    const [s, c] = [Math.sin(angle(n)), Math.cos(angle(n))];
    [ss, sc, cc, sx, cx] = [ss + s * s, sc + s * c, cc + c * c, sx + s * x, cx + c * x];
  });
  const determinant = ss * cc - sc * sc;
  const [a, b] = [(sx * cc - cx * sc) / determinant, (cx * ss - sx * sc) / determinant];
  const rest = samples.reduce((sum, x, n) => sum + (x - a * Math.sin(angle(n)) - b * Math.cos(angle(n))) ** 2, 0);
  return { amplitude: Math.hypot(a, b), phase: Math.atan2(b, a), restRms: Math.sqrt(rest / samples.length) };
}

/** `samples` in blocks of the given sizes, the last size repeated. */
export async function* inBlocks(samples: Float32Array, sizes: readonly number[] = [16_384]): AsyncGenerator<Float32Array> {
  for (let at = 0, i = 0; at < samples.length; i++) {
    const size = sizes[Math.min(i, sizes.length - 1)];
    yield samples.subarray(at, at + size);
    at += size;
  }
}

/** All blocks in one. */
export function join(blocks: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    joined.set(block, at);
    at += block.length;
  }
  return joined;
}
