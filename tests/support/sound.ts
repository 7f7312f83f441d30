/** Sounds for tests, made by formula. */

/** A 16-bit WAV file. `channels`: each [samples], in [-1, 1]. */
export function wavBytes(channels: readonly Float32Array[], sampleRate: number): Uint8Array {
  const samples = channels[0]?.length ?? 0;
  const bytes = Buffer.alloc(44 + samples * channels.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(sampleRate * channels.length * 2, 28);
  bytes.writeUInt16LE(channels.length * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples * channels.length * 2, 40);
  for (let sample = 0; sample < samples; sample++) {
    channels.forEach((channel, index) => {
      bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, channel[sample])) * 32767), 44 + (sample * channels.length + index) * 2);
    });
  }
  return bytes;
}

/** Noise in syllable-like bursts, different everywhere, so that it matches itself at one shift only. Mono, in [-1, 1]. */
export function burstNoise(durationSeconds: number, sampleRate: number): Float32Array {
  const samples = new Float32Array(Math.round(durationSeconds * sampleRate));
  let state = 12345;
  let smooth = 0;
  for (let index = 0; index < samples.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator
    smooth += 0.25 * (state / 2 ** 31 - 1 - smooth); // low-passed: encoders keep low frequencies best
    const seconds = index / sampleRate;
    samples[index] = 0.8 * smooth * (0.2 + 0.8 * Math.sin(2 * Math.PI * 2.3 * seconds + seconds * seconds) ** 2);
  }
  return samples;
}
